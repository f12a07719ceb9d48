#define _GNU_SOURCE
#include "lw_file.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_retrying(const char *path, int flags) {
    int descriptor;
    do {
        descriptor = open(path, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor < 0 ? -errno : descriptor;
}

int lw_file_open(const char *path) {
    return open_retrying(path, 0);
}

int lw_file_create(const char *path) {
    return open_retrying(path, O_CREAT | O_EXCL);
}

int lw_file_lock(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
}

int lw_file_is_at(int descriptor, const char *path) {
    struct stat held, named;
    if (fstat(descriptor, &held) != 0 || lstat(path, &named) != 0) return 0;
    return held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

long lw_file_size(int descriptor) {
    struct stat held;
    return fstat(descriptor, &held) == 0 ? (long)held.st_size : -errno;
}

int lw_file_fill(int descriptor, long size) {
    static const char zeros[65536];
    // A limit on the size of files (RLIMIT_FSIZE) is to fail calls, here and in SQLite, not to end the process.
    signal(SIGXFSZ, SIG_IGN);
    for (long done = 0; done < size;) {
        long rest = size - done;
        ssize_t wrote = pwrite(descriptor, zeros, rest < (long)sizeof zeros ? (size_t)rest : sizeof zeros, done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return wrote < 0 ? -errno : -EIO;
        done += wrote;
    }
    return fsync(descriptor) == 0 ? 0 : -errno;
}

void *lw_file_map(int descriptor, size_t size) {
    void *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0);
    return start == MAP_FAILED ? NULL : start;
}

void lw_file_unmap(void *start, size_t size) {
    munmap(start, size);
}

int lw_file_remove(const char *path) {
    return unlink(path) == 0 ? 0 : -errno;
}

int lw_file_rename(const char *from, const char *to) {
    return rename(from, to) == 0 ? 0 : -errno;
}

void lw_store_release(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

uint32_t lw_load_acquire(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
