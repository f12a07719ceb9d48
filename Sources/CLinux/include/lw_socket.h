// Sockets: non-blocking and close-on-exec from birth, never raising SIGPIPE.

#ifndef LONGWIRE_LW_SOCKET_H
#define LONGWIRE_LW_SOCKET_H

#include "lw_address.h"
#include <stddef.h>

/// A descriptor or a negated errno, and the address that came with it.
struct lw_named_descriptor {
    int result;
    struct lw_address address;
};

/// The options that are set on sockets; the values are ours.
enum {
    lw_option_no_delay = 1,
    lw_option_reuse_address = 2,
    lw_option_reuse_port = 3,
    lw_option_v6_only = 4,
    lw_option_send_buffer = 5,
    lw_option_receive_buffer = 6,
    lw_option_keep_alive = 7,
    lw_option_user_timeout = 8,
    lw_option_linger_seconds = 9,
};

/// A TCP socket of family 4 or 6.
int lw_socket_stream(int family);

int lw_socket_pair(int *first, int *second);

int lw_bind(int descriptor, struct lw_address address);

int lw_listen(int descriptor, int backlog);

/// Starts to connect. An interrupted connect goes on by itself, so EINTR is told as EINPROGRESS.
int lw_connect(int descriptor, struct lw_address address);

/// The next connection, non-blocking and close-on-exec.
struct lw_named_descriptor lw_accept(int descriptor);

struct lw_named_descriptor lw_local_address(int descriptor);

struct lw_named_descriptor lw_peer_address(int descriptor);

long lw_receive(int descriptor, void *buffer, size_t capacity);

/// What the socket's send buffer has room for, by the kernel's own accounts, which count overhead in; negative when it
/// does not say.
long lw_send_room(int descriptor);

long lw_send(int descriptor, const void *bytes, size_t count);

/// `parts` is an array of `struct iovec`.
long lw_send_gathered(int descriptor, const void *parts, int count);

/// How: 0 stops receiving, 1 sending, 2 both.
int lw_shutdown(int descriptor, int how);

/// Never repeated on EINTR: Linux has let go of the descriptor by then, and it may be somebody else's.
int lw_close(int descriptor);

int lw_set_option(int descriptor, int option, int value);

/// The error that waits on a socket as a positive errno, 0 for none; reading it clears it. Negative when the call fails.
int lw_pending_error(int descriptor);

#endif
