#define _GNU_SOURCE
#include "lw_socket.h"
#include "kernel_address.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int lw_socket_stream(int family) {
    int domain = family == 6 ? AF_INET6 : AF_INET;
    int descriptor = socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    return descriptor < 0 ? -errno : descriptor;
}

int lw_socket_pair(int *first, int *second) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
    *first = pair[0];
    *second = pair[1];
    return 0;
}

int lw_bind(int descriptor, struct lw_address address) {
    struct sockaddr_storage storage;
    socklen_t length = lw_address_to_kernel(address, &storage);
    if (length == 0) return -EAFNOSUPPORT;
    return bind(descriptor, (struct sockaddr *)&storage, length) < 0 ? -errno : 0;
}

int lw_listen(int descriptor, int backlog) {
    return listen(descriptor, backlog) < 0 ? -errno : 0;
}

int lw_connect(int descriptor, struct lw_address address) {
    struct sockaddr_storage storage;
    socklen_t length = lw_address_to_kernel(address, &storage);
    if (length == 0) return -EAFNOSUPPORT;
    if (connect(descriptor, (struct sockaddr *)&storage, length) == 0) return 0;
    return errno == EINTR ? -EINPROGRESS : -errno;
}

struct lw_named_descriptor lw_accept(int descriptor) {
    struct lw_named_descriptor accepted = {0, {0, 0, 0, 0, 0}};
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    accepted.result = accept4(descriptor, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted.result < 0) accepted.result = -errno;
    else accepted.address = lw_address_from_kernel((struct sockaddr *)&storage);
    return accepted;
}

struct lw_named_descriptor lw_local_address(int descriptor) {
    struct lw_named_descriptor named = {0, {0, 0, 0, 0, 0}};
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) named.result = -errno;
    else named.address = lw_address_from_kernel((struct sockaddr *)&storage);
    return named;
}

struct lw_named_descriptor lw_peer_address(int descriptor) {
    struct lw_named_descriptor named = {0, {0, 0, 0, 0, 0}};
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    if (getpeername(descriptor, (struct sockaddr *)&storage, &length) < 0) named.result = -errno;
    else named.address = lw_address_from_kernel((struct sockaddr *)&storage);
    return named;
}

// recv and send of the C library are points where a thread may be cancelled, which costs two atomic exchanges a call
// in a process of several threads. Nothing here cancels threads.

long lw_receive(int descriptor, void *buffer, size_t capacity) {
    long count = syscall(SYS_recvfrom, descriptor, buffer, capacity, 0, NULL, NULL);
    return count < 0 ? -errno : count;
}

long lw_send_room(int descriptor) {
    // The order of the kernel's SK_MEMINFO_*: receive allocated, receive limit, send allocated, send limit, forward
    // allocated, send queued, and more that is not asked for here.
    uint32_t accounts[6] = {0};
    socklen_t length = sizeof accounts;
    if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, accounts, &length) < 0) return -errno;
    if (length < sizeof accounts) return -ENOPROTOOPT;
    // TCP queues until it is acknowledged; a local socket has allocated what its peer has not read.
    uint32_t used = accounts[5] > accounts[2] ? accounts[5] : accounts[2];
    return used >= accounts[3] ? 0 : (long)(accounts[3] - used);
}

long lw_send(int descriptor, const void *bytes, size_t count) {
    long sent = syscall(SYS_sendto, descriptor, bytes, count, MSG_NOSIGNAL, NULL, 0);
    return sent < 0 ? -errno : sent;
}

long lw_send_gathered(int descriptor, const void *parts, int count) {
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = (struct iovec *)parts;
    message.msg_iovlen = count;
    ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

int lw_shutdown(int descriptor, int how) {
    int constant = how == 0 ? SHUT_RD : how == 1 ? SHUT_WR : SHUT_RDWR;
    return shutdown(descriptor, constant) < 0 ? -errno : 0;
}

int lw_close(int descriptor) {
    return close(descriptor) < 0 ? -errno : 0;
}

int lw_set_option(int descriptor, int option, int value) {
    int level = SOL_SOCKET, name;
    switch (option) {
    case lw_option_no_delay: level = IPPROTO_TCP, name = TCP_NODELAY; break;
    case lw_option_reuse_address: name = SO_REUSEADDR; break;
    case lw_option_reuse_port: name = SO_REUSEPORT; break;
    case lw_option_v6_only: level = IPPROTO_IPV6, name = IPV6_V6ONLY; break;
    case lw_option_send_buffer: name = SO_SNDBUF; break;
    case lw_option_receive_buffer: name = SO_RCVBUF; break;
    case lw_option_keep_alive: name = SO_KEEPALIVE; break;
    case lw_option_user_timeout: level = IPPROTO_TCP, name = TCP_USER_TIMEOUT; break;
    case lw_option_linger_seconds: {
        struct linger linger = {.l_onoff = 1, .l_linger = value};
        return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0 ? -errno : 0;
    }
    default: return -ENOPROTOOPT;
    }
    return setsockopt(descriptor, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

int lw_pending_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? -errno : error;
}
