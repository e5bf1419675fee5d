/* Preloaded into bot and relay: their wall clock is ahead by the seconds that stand in the file bot or relay of the folder IMCBOT_SHIFTED_CLOCK. The monotonic clock is left alone. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t *ahead;

__attribute__((constructor)) static void find(void)
{
    char line[4096] = "", path[4096];
    const char *folder = getenv("IMCBOT_SHIFTED_CLOCK");
    int self = open("/proc/self/cmdline", O_RDONLY);
    ssize_t length = self < 0 ? 0 : read(self, line, sizeof line - 1);
    if (self >= 0)
        close(self);
    const char *name = length > 0 && memmem(line, length, "ImcBot.Bot.dll", 14) ? "bot" : length > 0 && memmem(line, length, "ImcBot.Relay.dll", 16) ? "relay" : NULL;
    if (folder == NULL || name == NULL)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_RDONLY);
    void *seconds = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (seconds != MAP_FAILED)
        ahead = seconds;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && ahead != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += *ahead;
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to != NULL)
        *to = now.tv_sec;
    return now.tv_sec;
}
