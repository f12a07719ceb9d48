// io_uring without liburing: one ring whose work is done by the thread that asks for it, and a ring of buffers that the
// kernel chooses from.

#pragma once

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>

// Newer than the headers of Debian 12.
#define RING_RECV_BUNDLE (1U << 4)   // IORING_RECVSEND_BUNDLE, Linux 6.10
#define RING_IN_PARTS 2              // IOU_PBUF_RING_INC, Linux 6.12
#define RING_NO_ARRAY (1U << 16)     // IORING_SETUP_NO_SQARRAY, Linux 6.6
#define RING_SET_OPTION 3            // SOCKET_URING_OP_SETSOCKOPT, Linux 6.7

enum { ring_entries = 1024, ring_completions = 8192, ring_gather = 16 };

// Sets up the one ring of this process, with room for so many direct descriptors, of which the kernel may give out the
// first half by itself; ends the process where the kernel cannot.
void ring_open(unsigned descriptors);

// The next `count` submissions, zeroed, which go to the kernel together; `ring_next` returns one after the other.
void ring_reserve(unsigned count);
struct io_uring_sqe *ring_next(void);

// Memory for up to `ring_gather` pieces of the next submission, which stays as it is until the kernel has read it.
struct msghdr *ring_message(void);

// Submits all that is pending and waits until there are so many completions.
void ring_wait(unsigned least);

// The next completion, NULL if there is none, and when it has been dealt with.
struct io_uring_cqe *ring_completion(void);
void ring_seen(void);

// A ring of buffers, which are either used up by one receive each or filled by one after the other; `entries` is a power of
// two. Group 0.
void ring_open_buffers(unsigned entries, bool in_parts);
// Gives one to the kernel, as the last of those it has, and returns its place in the ring.
unsigned ring_lend(void *bytes, unsigned count, uint16_t identifier);
// Those given become visible.
void ring_publish_buffers(void);

extern uint64_t ring_waits;
