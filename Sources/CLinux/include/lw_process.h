// Threads, signals and the clock.

#ifndef LONGWIRE_LW_PROCESS_H
#define LONGWIRE_LW_PROCESS_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <time.h>

/// Names the calling thread; Linux keeps 15 bytes.
static inline void lw_thread_set_name(const char *name) {
    prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

/// Starts a thread on which no asynchronous signal is delivered: those belong to the main thread.
/// Returns 0 or a negated errno.
static inline int lw_thread_start(uint64_t *identity, void *(*body)(void *), void *context) {
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

static inline int lw_thread_join(uint64_t identity) {
    return -pthread_join((pthread_t)identity, NULL);
}

static inline void lw_thread_detach(uint64_t identity) {
    pthread_detach((pthread_t)identity);
}

static inline uint64_t lw_thread_current(void) {
    return (uint64_t)pthread_self();
}

static inline void lw_ignore_sigpipe(void) {
    signal(SIGPIPE, SIG_IGN);
}

/// CLOCK_MONOTONIC in nanoseconds: untouched by clock steps.
static inline int64_t lw_monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#endif
