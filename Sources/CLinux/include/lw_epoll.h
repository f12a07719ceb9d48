// epoll and eventfd.

#ifndef LONGWIRE_LW_EPOLL_H
#define LONGWIRE_LW_EPOLL_H

#include <stdint.h>

/// The kernel's values of EPOLLIN and so on; lw_epoll.c holds them to that.
enum {
    lw_epoll_in = 0x001,
    lw_epoll_out = 0x004,
    lw_epoll_error = 0x008,
    lw_epoll_hang_up = 0x010,
    lw_epoll_read_hang_up = 0x2000,
    lw_epoll_add = 1,
    lw_epoll_modify = 3,
    lw_epoll_delete = 2,
};

/// Tells what is new once, instead of what holds as often as it is asked. Alone, because it needs all 32 bits.
enum { lw_epoll_edge = 0x80000000u };

/// Most events that one wait can bring; the array that is translated lives on the stack.
enum { lw_epoll_batch = 512 };

int lw_epoll_create(void);

int lw_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t data);

/// Waits, and writes event `i` as `data[i]` and `events[i]`: plain arrays instead of a packed struct with a union.
int lw_epoll_wait(int poller, uint64_t *data, uint32_t *events, int capacity, int milliseconds);

/// A counter that wakes a poller. Non-blocking.
int lw_eventfd_create(void);

/// A counter that threads wait on, each read taking one. Blocking.
int lw_semaphore_create(void);

/// Adds to the counter. EAGAIN means that it is already high, which is just as good.
int lw_eventfd_add(int descriptor, uint64_t amount);

/// Takes the counter's value, or one of a semaphore.
int lw_eventfd_take(int descriptor);

#endif
