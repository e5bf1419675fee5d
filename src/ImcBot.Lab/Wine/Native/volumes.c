/* Gives the drives of the practice server the sizes it says they have: loaded into Wine's processes, which ask fstatfs.
   IMCBOT_WINE_DRIVES: the folder of the drives, then NAME=BYTES for each, with colons between. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static __thread long long used;

static int count(const char *path, const struct stat *file, int kind, struct FTW *at)
{
    if (kind == FTW_F) used += file->st_size;
    return 0;
}

static void resize(int descriptor, struct statfs *told)
{
    const char *drives = getenv("IMCBOT_WINE_DRIVES");
    char link[64], path[PATH_MAX], drive[PATH_MAX];
    size_t root = drives ? strcspn(drives, ":") : 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!root || length <= (ssize_t)root + 1) return;
    path[length] = 0;
    if (strncmp(path, drives, root) || path[root] != '/') return;
    size_t name = strcspn(path + root + 1, "/");
    for (const char *next = drives + root; *next; next += 1 + strcspn(next + 1, ":")) {
        if (strncmp(next + 1, path + root + 1, name) || next[1 + name] != '=') continue;
        long long total = atoll(next + 2 + name);
        snprintf(drive, sizeof drive, "%.*s", (int)(root + 1 + name), path);
        used = 0;
        nftw(drive, count, 16, FTW_PHYS);
        told->f_frsize = told->f_bsize = 512;
        told->f_blocks = total / 512;
        told->f_bfree = told->f_bavail = used < total ? (total - used) / 512 : 0;
        return;
    }
}

int fstatfs(int descriptor, struct statfs *told)
{
    static int (*real)(int, struct statfs *);
    if (!real) real = dlsym(RTLD_NEXT, "fstatfs");
    int failed = real(descriptor, told);
    if (!failed) resize(descriptor, told);
    return failed;
}

int fstatfs64(int descriptor, struct statfs64 *told) { return fstatfs(descriptor, (struct statfs *)told); }
