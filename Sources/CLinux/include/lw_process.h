// Threads, signals and the clock.

#ifndef LONGWIRE_LW_PROCESS_H
#define LONGWIRE_LW_PROCESS_H

#include <stdint.h>

/// Names the calling thread; Linux keeps 15 bytes.
void lw_thread_set_name(const char *name);

/// Starts a thread on which no asynchronous signal is delivered: those belong to the main thread.
/// Returns 0 or a negated errno.
int lw_thread_start(uint64_t *identity, void *(*body)(void *), void *context);

int lw_thread_join(uint64_t identity);

void lw_thread_detach(uint64_t identity);

uint64_t lw_thread_current(void);

/// A small number of the calling thread, from 0 in the order in which threads first ask.
uint32_t lw_thread_number(void);

void lw_ignore_sigpipe(void);

/// CLOCK_MONOTONIC in nanoseconds: untouched by clock steps.
int64_t lw_monotonic_nanoseconds(void);

/// CLOCK_REALTIME in milliseconds since 1970: for what people read, never for waiting.
int64_t lw_realtime_milliseconds(void);

#endif
