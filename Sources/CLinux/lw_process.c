#define _GNU_SOURCE
#include "lw_process.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>

void lw_thread_set_name(const char *name) {
    prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

int lw_thread_start(uint64_t *identity, void *(*body)(void *), void *context) {
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGTRAP);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int result = pthread_create(&thread, NULL, body, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) return -result;
    *identity = (uint64_t)thread;
    return 0;
}

int lw_thread_join(uint64_t identity) {
    return -pthread_join((pthread_t)identity, NULL);
}

void lw_thread_detach(uint64_t identity) {
    pthread_detach((pthread_t)identity);
}

uint64_t lw_thread_current(void) {
    return (uint64_t)pthread_self();
}

uint32_t lw_thread_number(void) {
    static _Atomic uint32_t next = 1;
    static _Thread_local uint32_t mine = 0;
    if (mine == 0) mine = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
    return mine - 1;
}

void lw_ignore_sigpipe(void) {
    signal(SIGPIPE, SIG_IGN);
}

int64_t lw_monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t lw_realtime_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}
