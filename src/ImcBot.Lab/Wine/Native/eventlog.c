/* The five calls with which System.Diagnostics.EventLog reads a log, on C:\evlog\<machine or local>\<log>.bin, and one to write it. */
#include "eventlog.h"
#include <stdlib.h>

typedef struct { WCHAR path[MAX_PATH]; } Log;
typedef struct { BYTE *bytes; DWORD size; DWORD count; DWORD *at; } Records;

static void place(WCHAR *path, const WCHAR *machine, const WCHAR *log)
{
    while (machine && *machine == L'\\') machine++;
    if (!machine || !*machine || !lstrcmpW(machine, L".")) machine = L"local";
    CreateDirectoryW(L"C:\\evlog", NULL);
    wsprintfW(path, L"C:\\evlog\\%s", machine);
    CreateDirectoryW(path, NULL);
    wsprintfW(path, L"C:\\evlog\\%s\\%s.bin", machine, log);
}

static Records load(const WCHAR *path)
{
    Records r = { calloc(1, 1), 0, 0, calloc(1, sizeof(DWORD)) };
    HANDLE file = CreateFileW(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return r;
    DWORD size = GetFileSize(file, NULL);
    r.bytes = realloc(r.bytes, size + 1);
    ReadFile(file, r.bytes, size, &r.size, NULL);
    CloseHandle(file);
    r.at = realloc(r.at, (r.size / 56 + 1) * sizeof(DWORD));
    for (DWORD at = 0; at + 56 <= r.size;) {
        DWORD length = *(DWORD *)(r.bytes + at);
        if (length < 56 || at + length > r.size) break; /* still being written */
        r.at[r.count++] = at;
        at += length;
    }
    return r;
}

static void release(Records r) { free(r.bytes); free(r.at); }

HANDLE WINAPI OpenLog(LPCWSTR machine, LPCWSTR name) { Log *log = calloc(1, sizeof *log); place(log->path, machine, name); return log; }

BOOL WINAPI CloseLog(HANDLE log) { free(log); return TRUE; }

BOOL WINAPI CountRecords(HANDLE log, DWORD *count) { Records r = load(((Log *)log)->path); *count = r.count; release(r); return TRUE; }

BOOL WINAPI OldestRecord(HANDLE log, DWORD *oldest)
{
    Records r = load(((Log *)log)->path);
    *oldest = r.count ? ((EVENTLOGRECORD *)(r.bytes + r.at[0]))->RecordNumber : 0;
    release(r);
    return TRUE;
}

/* Seeks always: .NET reads by record number. */
BOOL WINAPI ReadLog(HANDLE log, DWORD flags, DWORD number, void *buffer, DWORD size, DWORD *read, DWORD *needed)
{
    Records r = load(((Log *)log)->path);
    DWORD first = r.count ? ((EVENTLOGRECORD *)(r.bytes + r.at[0]))->RecordNumber : 0, error = ERROR_HANDLE_EOF;
    *read = *needed = 0;
    if (r.count && (number < first || number >= first + r.count)) error = ERROR_INVALID_PARAMETER;
    else if (r.count) {
        int step = flags & EVENTLOG_BACKWARDS_READ ? -1 : 1;
        for (int i = number - first; i >= 0 && i < (int)r.count; i += step) {
            DWORD length = *(DWORD *)(r.bytes + r.at[i]);
            if (*read + length > size) {
                if (!*read) { *needed = length; error = ERROR_INSUFFICIENT_BUFFER; }
                break;
            }
            CopyMemory((BYTE *)buffer + *read, r.bytes + r.at[i], length);
            *read += length;
        }
    }
    release(r);
    SetLastError(*read ? 0 : error);
    return *read > 0;
}

static DWORD append(BYTE *record, DWORD at, const WCHAR *text) { lstrcpyW((WCHAR *)(record + at), text); return at + 2 * (lstrlenW(text) + 1); }

void report(const WCHAR *source, WORD type, DWORD id, const WCHAR *strings, const BYTE *data, DWORD size)
{
    HANDLE one = CreateMutexW(NULL, FALSE, L"imcbot-evlog");
    WaitForSingleObject(one, INFINITE);
    WCHAR path[MAX_PATH], machine[64];
    DWORD letters = 64;
    place(path, NULL, L"Application");
    GetComputerNameW(machine, &letters);
    Records r = load(path);
    BYTE bytes[8192] = { 0 };
    EVENTLOGRECORD *record = (void *)bytes;
    DWORD at = append(bytes, append(bytes, 56, source), machine);
    record->StringOffset = at;
    WCHAR text[2048];
    lstrcpynW(text, strings, 2048);
    for (WCHAR *next = text; *next;) {
        WCHAR *end = next;
        while (*end && *end != L'\n') end++;
        WCHAR last = *end;
        *end = 0;
        at = append(bytes, at, next);
        record->NumStrings++;
        next = last ? end + 1 : end;
    }
    record->DataOffset = at;
    record->DataLength = size;
    CopyMemory(bytes + at, data, size);
    at = ((at + size + 3) & ~3) + 4;
    *(DWORD *)(bytes + at - 4) = at;
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    ULONGLONG ticks = (ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime;
    record->Length = at;
    record->Reserved = 0x654c664c;
    record->RecordNumber = r.count ? ((EVENTLOGRECORD *)(r.bytes + r.at[0]))->RecordNumber + r.count : 1;
    record->TimeGenerated = record->TimeWritten = (DWORD)((ticks - 116444736000000000ULL) / 10000000);
    record->EventID = id | (type == EVENTLOG_ERROR_TYPE ? 0xC0000000 : type == EVENTLOG_WARNING_TYPE ? 0x80000000 : 0x40000000);
    record->EventType = type;
    DWORD written;
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, 7, NULL, OPEN_ALWAYS, 0, NULL);
    WriteFile(file, bytes, at, &written, NULL);
    CloseHandle(file);
    release(r);
    ReleaseMutex(one);
    CloseHandle(one);
}
