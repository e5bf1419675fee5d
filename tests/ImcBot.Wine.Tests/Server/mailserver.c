/* One program that is every service of the practice prefix: mailserver.exe NAME. All but MSExchangeIMC only run and stop.
   MSExchangeIMC greets on port 25, holds Queue.dat open and takes one message after the other from In, the oldest first:
   text with BAD kills the store (NAMED: event 4182 names the file), ARCHIVE goes to In\Archive with 4117, HANG stays, anything else is delivered.
   A service that is to die reports STOPPED with a code: Wine 8 does not notice that a service's process is gone. */
#include <winsock2.h>
#include "eventlog.h"

#define DIE 198  /* custom control: the store dies */
#define WEDGE 199 /* custom control: the next stop never ends */

static SERVICE_STATUS_HANDLE handle;
static HANDLE stopping;
static WCHAR *name;
static BOOL wedged;

static void tell(DWORD state, DWORD code)
{
    SERVICE_STATUS status = { SERVICE_WIN32_OWN_PROCESS, state, state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0,
        code ? ERROR_SERVICE_SPECIFIC_ERROR : 0, code, 0, state == SERVICE_RUNNING || state == SERVICE_STOPPED ? 0 : 5000 };
    SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context)
{
    if (code == SERVICE_CONTROL_STOP) { tell(SERVICE_STOP_PENDING, 0); if (!wedged) SetEvent(stopping); }
    if (code == WEDGE) wedged = TRUE;
    if (code == DIE) { report(L"DrWatson", EVENTLOG_INFORMATION_TYPE, 4097, L"exe\\store.dbg", NULL, 0); tell(SERVICE_STOPPED, 5); ExitProcess(9); }
    return 0;
}

static DWORD WINAPI greet(void *context)
{
    static const char greeting[] = "220 exch01 ESMTP Server (Microsoft Exchange Internet Mail Service 5.5.2656.60) Ready.\r\n";
    SOCKET listener = (SOCKET)context;
    for (SOCKET client; (client = accept(listener, NULL, NULL)) != INVALID_SOCKET; closesocket(client)) {
        send(client, greeting, sizeof greeting - 1, 0);
        shutdown(client, SD_SEND);
        char rest[256];
        while (recv(client, rest, sizeof rest, 0) > 0) { }
    }
    return 0;
}

static SOCKET listen25(void)
{
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = { AF_INET, htons(25), { .S_un.S_addr = htonl(INADDR_LOOPBACK) } };
    BOOL yes = TRUE;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, (char *)&yes, sizeof yes);
    if (!bind(listener, (void *)&at, sizeof at) && !listen(listener, 8)) CreateThread(NULL, 0, greet, (void *)listener, 0, NULL);
    return listener;
}

static void killStore(void)
{
    SERVICE_STATUS status;
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE store = OpenServiceW(manager, L"MSExchangeIS", SERVICE_USER_DEFINED_CONTROL);
    ControlService(store, DIE, &status);
    CloseServiceHandle(store);
    CloseServiceHandle(manager);
}

static BOOL oldest(const WCHAR *root, WCHAR *found)
{
    WCHAR pattern[MAX_PATH];
    WIN32_FIND_DATAW file;
    FILETIME first = { ~0u, ~0u };
    wsprintfW(pattern, L"%s\\In\\*", root);
    HANDLE search = FindFirstFileW(pattern, &file);
    if (search == INVALID_HANDLE_VALUE) return FALSE;
    *found = 0;
    do {
        if (!(file.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) && CompareFileTime(&file.ftLastWriteTime, &first) < 0) {
            first = file.ftLastWriteTime;
            lstrcpyW(found, file.cFileName);
        }
    } while (FindNextFileW(search, &file));
    FindClose(search);
    return *found != 0;
}

static BOOL has(const char *text, const char *word)
{
    for (int length = lstrlenA(word); *text; text++) if (!memcmp(text, word, length)) return TRUE;
    return FALSE;
}

/* FALSE when the store has died of this message. */
static BOOL deliver(const WCHAR *root, const WCHAR *message)
{
    static const BYTE noMemory[] = { 0x74, 0, 5, 0, 0x0e, 0, 7, 0x80 };
    WCHAR path[MAX_PATH], archive[MAX_PATH];
    char text[4096] = { 0 };
    DWORD read = 0;
    wsprintfW(path, L"%s\\In\\%s", root, message);
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return TRUE;
    ReadFile(file, text, sizeof text - 1, &read, NULL);
    CloseHandle(file);
    if (has(text, "HANG")) return TRUE;
    if (has(text, "ARCHIVE")) {
        report(L"MSExchangeIMC", EVENTLOG_ERROR_TYPE, 4117, message, NULL, 0);
        wsprintfW(archive, L"%s\\In\\Archive\\%s", root, message);
        MoveFileW(path, archive);
        return TRUE;
    }
    if (!has(text, "BAD")) return DeleteFileW(path), TRUE;
    killStore();
    report(L"MSExchangeIMC", EVENTLOG_ERROR_TYPE, 4116, L"", noMemory, sizeof noMemory);
    report(L"MSExchangeIMC", EVENTLOG_ERROR_TYPE, 3039, L"", NULL, 0);
    if (has(text, "NAMED")) report(L"MSExchangeIMC", EVENTLOG_ERROR_TYPE, 4182, message, NULL, 0);
    report(L"MSExchangeIMC", EVENTLOG_ERROR_TYPE, 4102, L"", NULL, 0);
    return FALSE;
}

static DWORD moveMail(void)
{
    WCHAR root[MAX_PATH] = L"", queue[MAX_PATH], message[MAX_PATH];
    DWORD size = sizeof root;
    RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\MSExchangeIMC\\Parameters", L"RootDir", RRF_RT_REG_SZ, NULL, root, &size);
    wsprintfW(queue, L"%s\\Queue.dat", root);
    HANDLE locked = CreateFileW(queue, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (locked == INVALID_HANDLE_VALUE) return 2;
    SOCKET listener = listen25();
    tell(SERVICE_RUNNING, 0);
    BOOL well = TRUE;
    while (well && WaitForSingleObject(stopping, 30) == WAIT_TIMEOUT) if (oldest(root, message)) well = deliver(root, message);
    closesocket(listener);
    CloseHandle(locked);
    report(L"MSExchangeIMC", EVENTLOG_INFORMATION_TYPE, 1001, L"", NULL, 0);
    return well ? 0 : 0xC002041D;
}

static void WINAPI serve(DWORD count, LPWSTR *arguments)
{
    handle = RegisterServiceCtrlHandlerExW(name, control, NULL);
    stopping = CreateEventW(NULL, TRUE, FALSE, NULL);
    tell(SERVICE_START_PENDING, 0);
    DWORD code = 0;
    if (!lstrcmpiW(name, L"MSExchangeIMC")) code = moveMail();
    else { tell(SERVICE_RUNNING, 0); WaitForSingleObject(stopping, INFINITE); }
    tell(SERVICE_STOPPED, code);
}

int wmain(int count, WCHAR **arguments)
{
    name = count > 1 ? arguments[1] : L"MSExchangeIMC";
    SERVICE_TABLE_ENTRYW table[] = { { name, serve }, { NULL, NULL } };
    return !StartServiceCtrlDispatcherW(table);
}
