/* What Windows shows of the practice server. One program:
   practice service NAME PORT [attach]  a Windows service that is the face of the practice server's own process of that name: hands on the start
                                        and stop that Windows orders, and tells Windows the states that the practice server tells it.
   practice agent                       makes services, starts them, writes and watches the registry, as lines on standard input say:
     create NAME DISPLAY COMMAND | start NAME | set KEY NAME TYPE HEX | delete KEY NAME | watch KEY | sync NUMBER
     and tells each watched key at once, at each change and before it answers a sync: begin KEY, value NAME TYPE HEX ..., end KEY; synced NUMBER.
   Fields are separated by tabs; data is the value's bytes as hexadecimal digits. */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>

#define FIELDS 6
#define KEYS 16
#define TEXT_SIZE 65536

static CRITICAL_SECTION saying;
static SERVICE_STATUS_HANDLE handle;
static SOCKET server;
static WCHAR *name, *port;
static struct { WCHAR path[256]; HANDLE changed; HKEY key; } watched[KEYS];
static int watches;

static void say(const WCHAR *line)
{
    static char text[TEXT_SIZE * 3];
    DWORD written;
    EnterCriticalSection(&saying);
    int length = WideCharToMultiByte(CP_UTF8, 0, line, -1, text, sizeof text - 1, NULL, NULL);
    text[length - 1] = '\n';
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, length, &written, NULL);
    LeaveCriticalSection(&saying);
}

/* A service. */

static void tell(DWORD state, DWORD code, DWORD specific)
{
    BOOL settled = state == SERVICE_RUNNING || state == SERVICE_STOPPED;
    SERVICE_STATUS status = { SERVICE_WIN32_OWN_PROCESS, state, state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0, code, specific, 0, settled ? 0 : 30000 };
    SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context)
{
    if (code == SERVICE_CONTROL_STOP) { tell(SERVICE_STOP_PENDING, 0, 0); send(server, "stop\n", 5, 0); }
    return 0;
}

static BOOL readLine(char *line, int size)
{
    for (int at = 0; at < size - 1; at++) {
        if (recv(server, line + at, 1, 0) <= 0) return FALSE;
        if (line[at] == '\n') return line[at] = 0, TRUE;
    }
    return FALSE;
}

static void WINAPI serve(DWORD count, LPWSTR *arguments)
{
    WSADATA data;
    char line[128];
    struct sockaddr_in at = { AF_INET, htons(_wtoi(port)), { .S_un.S_addr = htonl(INADDR_LOOPBACK) } };
    handle = RegisterServiceCtrlHandlerExW(name, control, NULL);
    tell(SERVICE_START_PENDING, 0, 0);
    WSAStartup(MAKEWORD(2, 2), &data);
    server = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server, (void *)&at, sizeof at)) { tell(SERVICE_STOPPED, ERROR_SERVICE_DEPENDENCY_FAIL, 0); return; }
    send(server, line, snprintf(line, sizeof line, "%s %ls\n", count > 1 ? "attach" : "start", name), 0);
    unsigned state = SERVICE_START_PENDING, code, specific;
    while (state != SERVICE_STOPPED) {
        if (!readLine(line, sizeof line) || sscanf(line, "%u %u %u", &state, &code, &specific) != 3) { state = SERVICE_STOPPED; code = ERROR_PROCESS_ABORTED; specific = 0; }
        tell(state, code, specific);
    }
    closesocket(server);
}

/* The agent. */

static const WCHAR *below(const WCHAR *key) { return key + (wcsncmp(key, L"HKLM\\", 5) ? 0 : 5); }

static void tellKey(int at)
{
    WCHAR value[1024], line[TEXT_SIZE];
    BYTE data[16384];
    DWORD length, size, type;
    HKEY key;
    EnterCriticalSection(&saying);
    swprintf(line, TEXT_SIZE, L"begin\t%ls", watched[at].path);
    say(line);
    if (!RegOpenKeyExW(HKEY_LOCAL_MACHINE, below(watched[at].path), 0, KEY_READ, &key)) {
        for (DWORD i = 0; length = 1024, size = sizeof data, !RegEnumValueW(key, i, value, &length, NULL, &type, data, &size); i++) {
            int end = swprintf(line, TEXT_SIZE, L"value\t%ls\t%lu\t", value, type);
            for (DWORD b = 0; b < size; b++) end += swprintf(line + end, TEXT_SIZE - end, L"%02X", data[b]);
            say(line);
        }
        RegCloseKey(key);
    }
    swprintf(line, TEXT_SIZE, L"end\t%ls", watched[at].path);
    say(line);
    LeaveCriticalSection(&saying);
}

static void arm(int at) { RegNotifyChangeKeyValue(watched[at].key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, watched[at].changed, TRUE); }

static DWORD WINAPI follow(void *context)
{
    int at = (int)(INT_PTR)context;
    for (;;) {
        arm(at);
        tellKey(at);
        WaitForSingleObject(watched[at].changed, INFINITE);
    }
    return 0;
}

static void watch(const WCHAR *path)
{
    lstrcpynW(watched[watches].path, path, 256);
    watched[watches].changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    RegCreateKeyExW(HKEY_LOCAL_MACHINE, below(path), 0, NULL, 0, KEY_ALL_ACCESS, NULL, &watched[watches].key, NULL);
    CreateThread(NULL, 0, follow, (void *)(INT_PTR)watches, 0, NULL);
    watches++;
}

static DWORD WINAPI startService(void *context)
{
    LPCWSTR how[] = { L"attach" };
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT), service = OpenServiceW(manager, context, SERVICE_START);
    StartServiceW(service, 1, how);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    free(context);
    return 0;
}

static void createService(const WCHAR *service, const WCHAR *display, const WCHAR *command)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS), made = OpenServiceW(manager, service, SERVICE_ALL_ACCESS);
    if (made) ChangeServiceConfigW(made, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, command, NULL, NULL, NULL, NULL, NULL, display);
    else made = CreateServiceW(manager, service, display, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, NULL, NULL);
    CloseServiceHandle(made);
    CloseServiceHandle(manager);
}

static void setValue(const WCHAR *path, const WCHAR *value, DWORD type, const WCHAR *hex)
{
    BYTE data[16384];
    DWORD size = 0;
    HKEY key;
    for (unsigned byte; size < sizeof data && swscanf(hex + 2 * size, L"%2x", &byte) == 1; size++) data[size] = byte;
    RegCreateKeyExW(HKEY_LOCAL_MACHINE, below(path), 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
    RegSetValueExW(key, value, 0, type, data, size);
    RegCloseKey(key);
}

static void deleteValue(const WCHAR *path, const WCHAR *value)
{
    HKEY key;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, below(path), 0, KEY_ALL_ACCESS, &key)) return;
    RegDeleteValueW(key, value);
    RegCloseKey(key);
}

static void obey(WCHAR *line)
{
    WCHAR *field[FIELDS] = { line }, answer[64];
    for (int i = 1; i < FIELDS; i++) {
        WCHAR *tab = field[i - 1] ? wcschr(field[i - 1], L'\t') : NULL;
        if (tab) *tab = 0;
        field[i] = tab ? tab + 1 : NULL;
    }
    if (!lstrcmpW(field[0], L"create")) createService(field[1], field[2], field[3]);
    if (!lstrcmpW(field[0], L"start")) CreateThread(NULL, 0, startService, _wcsdup(field[1]), 0, NULL);
    if (!lstrcmpW(field[0], L"set")) setValue(field[1], field[2], _wtoi(field[3]), field[4] ? field[4] : L"");
    if (!lstrcmpW(field[0], L"delete")) deleteValue(field[1], field[2]);
    if (!lstrcmpW(field[0], L"watch")) watch(field[1]);
    if (!lstrcmpW(field[0], L"sync")) {
        for (int i = 0; i < watches; i++) tellKey(i);
        swprintf(answer, 64, L"synced\t%ls", field[1]);
        say(answer);
    }
}

static int listenForOrders(void)
{
    static char line[TEXT_SIZE];
    static WCHAR wide[TEXT_SIZE];
    DWORD at = 0, read;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), line + at, 1, &read, NULL) && read) {
        if (line[at] != '\n') { at += at < TEXT_SIZE - 1; continue; }
        line[at] = 0;
        at = 0;
        MultiByteToWideChar(CP_UTF8, 0, line, -1, wide, TEXT_SIZE);
        obey(wide);
    }
    return 0;
}

int wmain(int count, WCHAR **arguments)
{
    InitializeCriticalSection(&saying);
    if (count == 2) return listenForOrders();
    if (count < 4) return 2;
    name = arguments[2];
    port = arguments[3];
    SERVICE_TABLE_ENTRYW table[] = { { name, serve }, { NULL, NULL } };
    return !StartServiceCtrlDispatcherW(table);
}
