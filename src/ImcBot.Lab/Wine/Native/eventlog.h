/* Event log stand-in: Wine keeps no event log, so one file for each log holds EVENTLOGRECORDs, one after the other. */
#include <windows.h>

/* Appends an event to the Application log; strings are separated by '\n'. */
void report(const WCHAR *source, WORD type, DWORD id, const WCHAR *strings, const BYTE *data, DWORD size);
