#define _GNU_SOURCE
#include "pieces.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ring.h"
#include "tunnel.h"

#define NO_BUFFER UINT16_MAX

struct piece {
    uint32_t next, start, count;
    uint16_t buffer;
};

struct buffer {
    uint32_t filled;
    uint32_t pieces; // Of it that have not been sent.
    uint16_t next, place;
    bool is_lent;
};

static const struct options *options;
static struct piece *pieces;
static uint32_t free_pieces = NONE;
static struct buffer *buffers;
static uint16_t free_buffers = NO_BUFFER;
static unsigned char *memory;
static size_t stride;
static uint16_t *lent_at; // By place in the ring.
static uint32_t ring_mask, lent;

static unsigned char *bytes_of(const struct piece *piece) { return memory + piece->buffer * stride + piece->start; }

// The one used last comes first: it is the likeliest to be in the cache.
static void release(uint16_t buffer) {
    buffers[buffer].next = free_buffers;
    free_buffers = buffer;
}

static uint16_t take_buffer(void) {
    uint16_t buffer = free_buffers;
    if (buffer == NO_BUFFER) return buffer;
    free_buffers = buffers[buffer].next;
    buffers[buffer].filled = 0;
    return buffer;
}

void pieces_lend(void) {
    uint16_t buffer;
    if (lent >= options->lent) return;
    while (lent < options->lent && (buffer = take_buffer()) != NO_BUFFER) {
        unsigned place = ring_lend(memory + buffer * stride, options->piece, buffer);
        lent_at[place] = buffer;
        buffers[buffer].place = (uint16_t)place;
        buffers[buffer].is_lent = true;
        lent++;
    }
    ring_publish_buffers();
}

uint32_t pieces_lent(void) { return lent; }

// One piece of a buffer less that is in use.
static void let_go(uint16_t buffer) {
    if (--buffers[buffer].pieces == 0 && !buffers[buffer].is_lent) release(buffer);
}

// Puts a piece behind what waits already, to it if possible. False if there is no place for it.
static bool append(struct queue *queue, uint16_t buffer, uint32_t start, uint32_t count) {
    struct piece *last = queue->held > queue->flying ? &pieces[queue->last] : NULL;
    queue->bytes += count;
    if (last && last->buffer == buffer && last->start + last->count == start) {
        last->count += count;
        let_go(buffer);
        return true;
    }
    if (queue->flying > 0 && count < options->piece / 4) {
        struct buffer *own = last ? &buffers[last->buffer] : NULL;
        bool has_room = own && !own->is_lent && own->pieces == 1 && last->start + last->count == own->filled &&
                        own->filled + count <= options->piece;
        uint16_t other = has_room ? last->buffer : take_buffer();
        if (other != NO_BUFFER) {
            memcpy(memory + other * stride + buffers[other].filled, memory + buffer * stride + start, count);
            let_go(buffer);
            buffers[other].filled += count;
            if (has_room) {
                last->count += count;
                return true;
            }
            buffers[other].pieces = 1;
            buffer = other;
            start = 0;
        }
    }
    uint32_t piece = free_pieces;
    if (piece == NONE) {
        let_go(buffer);
        return false;
    }
    free_pieces = pieces[piece].next;
    pieces[piece] = (struct piece){.next = NONE, .start = start, .count = count, .buffer = buffer};
    if (queue->held++ > 0) pieces[queue->last].next = piece;
    else queue->first = piece;
    queue->last = piece;
    return true;
}

struct received pieces_received(uint16_t buffer, uint32_t bytes) {
    return (struct received){.place = buffers[buffer].place, .bytes = bytes};
}

bool pieces_take(struct received *received, struct queue *queue) {
    uint16_t number = lent_at[received->place];
    struct buffer *buffer = &buffers[number];
    uint32_t start = buffer->filled, room = options->piece - start;
    uint32_t count = received->bytes < room ? received->bytes : room;
    received->place = (received->place + 1) & ring_mask;
    received->bytes -= count;
    buffer->filled += count;
    buffer->pieces++;
    if (options->whole || buffer->filled == options->piece) {
        buffer->is_lent = false;
        lent--;
    }
    if (queue) return append(queue, number, start, count);
    let_go(number);
    return true;
}

uint32_t pieces_gather(const struct queue *queue, struct iovec *parts, uint32_t most) {
    uint32_t count = 0;
    for (uint32_t piece = queue->first; piece != NONE && count < most; piece = pieces[piece].next) {
        parts[count++] = (struct iovec){bytes_of(&pieces[piece]), pieces[piece].count};
    }
    return count;
}

static void drop_first(struct queue *queue) {
    uint32_t piece = queue->first;
    queue->first = pieces[piece].next;
    queue->held--;
    queue->bytes -= pieces[piece].count;
    let_go(pieces[piece].buffer);
    pieces[piece].next = free_pieces;
    free_pieces = piece;
}

void pieces_sent(struct queue *queue, uint32_t bytes) {
    while (queue->first != NONE && pieces[queue->first].count <= bytes) {
        bytes -= pieces[queue->first].count;
        drop_first(queue);
    }
    if (bytes > 0) {
        pieces[queue->first].start += bytes;
        pieces[queue->first].count -= bytes;
        queue->bytes -= bytes;
    }
}

void pieces_drop(struct queue *queue) {
    while (queue->first != NONE) drop_first(queue);
}

void pieces_set_up(const struct options *given) {
    options = given;
    uint32_t entries = 1, most_pieces = options->buffers * 4 + options->sessions * 2;
    while (entries < options->lent) entries *= 2;
    ring_mask = entries - 1;
    // Rounded up to whole lines of the cache.
    stride = (options->piece + 63) & ~(size_t)63;
    memory = mmap(NULL, stride * options->buffers, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    buffers = calloc(options->buffers, sizeof *buffers);
    pieces = calloc(most_pieces, sizeof *pieces);
    lent_at = calloc(entries, sizeof *lent_at);
    if (memory == MAP_FAILED || !buffers || !pieces || !lent_at) give_up("memory");
    for (uint32_t buffer = options->buffers; buffer-- > 0;) release((uint16_t)buffer);
    for (uint32_t piece = most_pieces; piece-- > 0;) {
        pieces[piece].next = free_pieces;
        free_pieces = piece;
    }
    ring_open_buffers(entries, !options->whole);
}
