#include "lw_epoll.h"
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

_Static_assert(lw_epoll_in == EPOLLIN && lw_epoll_out == EPOLLOUT, "epoll events");
_Static_assert(lw_epoll_error == EPOLLERR && lw_epoll_hang_up == EPOLLHUP, "epoll events");
_Static_assert((unsigned)lw_epoll_read_hang_up == EPOLLRDHUP, "epoll events");
_Static_assert((unsigned)lw_epoll_edge == EPOLLET, "epoll events");
_Static_assert(lw_epoll_add == EPOLL_CTL_ADD && lw_epoll_modify == EPOLL_CTL_MOD, "epoll operations");
_Static_assert(lw_epoll_delete == EPOLL_CTL_DEL, "epoll operations");

int lw_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int lw_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(poller, operation, descriptor, &event) < 0 ? -errno : 0;
}

int lw_epoll_wait(int poller, uint64_t *data, uint32_t *events, int capacity, int milliseconds) {
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

int lw_eventfd_create(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int lw_semaphore_create(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
    return descriptor < 0 ? -errno : descriptor;
}

int lw_eventfd_add(int descriptor, uint64_t amount) {
    ssize_t result;
    do result = write(descriptor, &amount, sizeof amount);
    while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

int lw_eventfd_take(int descriptor) {
    uint64_t value;
    ssize_t result;
    do result = read(descriptor, &value, sizeof value);
    while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}
