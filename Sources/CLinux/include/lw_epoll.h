// epoll and eventfd.

#ifndef LONGWIRE_LW_EPOLL_H
#define LONGWIRE_LW_EPOLL_H

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    lw_epoll_in = EPOLLIN,
    lw_epoll_out = EPOLLOUT,
    lw_epoll_error = EPOLLERR,
    lw_epoll_hang_up = EPOLLHUP,
    lw_epoll_read_hang_up = EPOLLRDHUP,
    lw_epoll_add = EPOLL_CTL_ADD,
    lw_epoll_modify = EPOLL_CTL_MOD,
    lw_epoll_delete = EPOLL_CTL_DEL,
};

/// Most events that one wait can bring; the array that is translated lives on the stack.
enum { lw_epoll_batch = 512 };

static inline int lw_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

static inline int lw_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(poller, operation, descriptor, &event) < 0 ? -errno : 0;
}

/// Waits, and writes event `i` as `data[i]` and `events[i]`: plain arrays instead of a packed struct with a union.
static inline int lw_epoll_wait(int poller, uint64_t *data, uint32_t *events, int capacity, int milliseconds) {
    struct epoll_event raw[lw_epoll_batch];
    int most = capacity < lw_epoll_batch ? capacity : lw_epoll_batch;
    int count = epoll_wait(poller, raw, most, milliseconds);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        data[i] = raw[i].data.u64;
        events[i] = raw[i].events;
    }
    return count;
}

/// A counter that wakes a poller. Non-blocking.
static inline int lw_eventfd_create(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

/// A counter that threads wait on, each read taking one. Blocking.
static inline int lw_semaphore_create(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
    return descriptor < 0 ? -errno : descriptor;
}

/// Adds to the counter. EAGAIN means that it is already high, which is just as good.
static inline int lw_eventfd_add(int descriptor, uint64_t amount) {
    ssize_t result;
    do result = write(descriptor, &amount, sizeof amount);
    while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

/// Takes the counter's value, or one of a semaphore.
static inline int lw_eventfd_take(int descriptor) {
    uint64_t value;
    ssize_t result;
    do result = read(descriptor, &value, sizeof value);
    while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

#endif
