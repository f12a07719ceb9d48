// The buffers that the kernel receives into, and the queues of what waits in them to be sent.
//
// A buffer is filled by one receive after the other, whosever they are, so that small messages lie close together and a few
// buffers do: the fewer, the more of what is received is still in the cache when it is sent. It is the kernel's from its
// being lent to the completion of the last send out of it.

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

struct options;

// No piece.
#define NONE UINT32_MAX

// What waits in one direction of a session.
struct queue {
    uint32_t first, last; // Pieces that wait or are being sent, in order.
    uint32_t bytes;       // In them.
    uint16_t held;        // Their number, of which
    uint16_t flying;      // the first so many are being sent.
};

// Makes everything that there will ever be, the ring of lent buffers included.
void pieces_set_up(const struct options *options);

// Gives the kernel buffers again until it has as many as it may.
void pieces_lend(void);
// How many it has.
uint32_t pieces_lent(void);

// The kernel has put bytes into a buffer and, where there are too many for it, into those lent after it. Takes the part that
// lies in one buffer and puts it behind what waits already, or forgets it without a queue; false if there is no place for it.
struct received {
    uint32_t place, bytes;
};
struct received pieces_received(uint16_t buffer, uint32_t bytes);
bool pieces_take(struct received *received, struct queue *queue);

// Up to so many parts of what waits, from the first. Returns their number.
uint32_t pieces_gather(const struct queue *queue, struct iovec *parts, uint32_t most);
// So many bytes of the first ones have been sent.
void pieces_sent(struct queue *queue, uint32_t bytes);
// Lets go of everything.
void pieces_drop(struct queue *queue);
