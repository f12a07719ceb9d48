// The other engine: the kernel is told once what is wanted and says what it has done. It receives into buffers it chooses
// from a ring, as often as there is something and until a credit is used up; sends wait in memory for the next turn and go
// to the kernel with the wait; sockets exist in the ring alone.
//
// Bounds: `buffers` in all; of a direction no more than one and a half times `credit` bytes. Small pieces that have to wait are
// put together in a buffer of the direction's own, so that a slow reader does not keep buffers it hardly uses.

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "pieces.h"
#include "ring.h"
#include "tunnel.h"

enum { client, upstream };
enum kind { accepting, opening, connecting, receiving, sending, ending, cancelling, closing };

// What one end of a session sends, on its way to the other.
struct way {
    struct queue queue;
    bool is_receiving, is_waiting_for_buffers, has_ended, has_passed_end;
    bool is_trying;       // What is being sent is answered at once, by a part or a refusal if need be.
    bool must_wait;       // Such a part or refusal was the last answer.
    bool is_needed;       // That answer has to come before anything else can happen in this direction.
};

struct session {
    struct way ways[2];
    uint16_t pending; // What the kernel has not answered for good.
    bool has_failed, is_closing;
};

static const struct options *options;
static struct session *sessions;
// First in, first out; each session can be in it twice at most.
static struct { uint32_t session; uint8_t end; } *hungry;
static uint32_t hungry_first, hungry_last, hungry_mask;
static bool is_full;
// Sends whose completions are there as soon as they are submitted, and how many of those are needed. The others must not
// end a wait, or each turn would be two.
static uint32_t tries, needed;
static uint64_t answers, famines, refusals;

static struct io_uring_sqe *ask(enum kind kind, uint8_t operation, uint32_t index, int end) {
    struct io_uring_sqe *entry = ring_next();
    entry->opcode = operation;
    entry->user_data = (uint64_t)index << 8 | (uint64_t)end << 4 | kind;
    if (kind != accepting) sessions[index].pending++;
    return entry;
}

static struct io_uring_sqe *ask_socket(enum kind kind, uint8_t operation, uint32_t index, int end, int socket) {
    struct io_uring_sqe *entry = ask(kind, operation, index, end);
    entry->fd = (int)(socket == client ? index : options->sessions + index);
    entry->flags = IOSQE_FIXED_FILE;
    return entry;
}

// MARK: What is asked of the kernel

static void accept_sessions(void) {
    struct io_uring_sqe *entry = ask(accepting, IORING_OP_ACCEPT, 0, 0);
    entry->fd = options->listener;
    entry->ioprio = IORING_ACCEPT_MULTISHOT;
    entry->file_index = IORING_FILE_INDEX_ALLOC;
}

static void open_session(uint32_t index) {
    static const int on = 1;
    sessions[index] = (struct session){.ways = {{.queue.first = NONE}, {.queue.first = NONE}}};
    ring_reserve(3);
    struct io_uring_sqe *entry = ask(opening, IORING_OP_SOCKET, index, upstream);
    entry->fd = AF_INET;
    entry->off = SOCK_STREAM;
    entry->file_index = options->sessions + index + 1;
    entry->flags = IOSQE_IO_LINK;
    entry = ask_socket(opening, IORING_OP_URING_CMD, index, upstream, upstream);
    entry->cmd_op = RING_SET_OPTION;
    entry->addr = (uint64_t)TCP_NODELAY << 32 | IPPROTO_TCP;
    entry->file_index = sizeof on;
    entry->addr3 = (uint64_t)(uintptr_t)&on;
    entry->flags |= IOSQE_IO_LINK;
    entry = ask_socket(connecting, IORING_OP_CONNECT, index, upstream, upstream);
    entry->addr = (uint64_t)(uintptr_t)&options->upstream;
    entry->off = sizeof options->upstream;
}

static void receive(uint32_t index, int end, bool is_first) {
    struct io_uring_sqe *entry = ask_socket(receiving, IORING_OP_RECV, index, end, end);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->ioprio = IORING_RECV_MULTISHOT | (options->bundles ? RING_RECV_BUNDLE : 0) |
                    (is_first ? IORING_RECVSEND_POLL_FIRST : 0);
    // The most bytes before it has to be asked for again, since Linux 6.18.
    entry->file_index = options->credit;
    sessions[index].ways[end].is_receiving = true;
}

// Sends what waits, if nothing is being sent in this direction: first as much as the socket has room for, and only what it
// refused by a request that stays until all is sent.
static void send_waiting(uint32_t index, int end) {
    struct way *way = &sessions[index].ways[end];
    if (way->queue.flying > 0 || way->queue.held == 0) return;
    struct io_uring_sqe *entry;
    if (way->queue.held == 1) {
        struct iovec part;
        way->queue.flying = (uint16_t)pieces_gather(&way->queue, &part, 1);
        entry = ask_socket(sending, IORING_OP_SEND, index, end, !end);
        entry->addr = (uint64_t)(uintptr_t)part.iov_base;
        entry->len = (uint32_t)part.iov_len;
    } else {
        struct msghdr *message = ring_message();
        message->msg_iovlen = pieces_gather(&way->queue, message->msg_iov, ring_gather);
        way->queue.flying = (uint16_t)message->msg_iovlen;
        entry = ask_socket(sending, IORING_OP_SENDMSG, index, end, !end);
        entry->addr = (uint64_t)(uintptr_t)message;
        entry->len = 1;
    }
    way->is_trying = !way->must_wait;
    way->must_wait = false;
    tries += way->is_trying;
    entry->msg_flags = MSG_NOSIGNAL | (way->is_trying ? MSG_DONTWAIT : MSG_WAITALL);
}

// MARK: Ends

static void close_sockets(uint32_t index) {
    sessions[index].is_closing = true;
    // The client's last: its number is the session's, and free from then on.
    for (int end = upstream; end >= client; end--) {
        struct io_uring_sqe *entry = ask(closing, IORING_OP_CLOSE, index, end);
        entry->file_index = (end == client ? index : options->sessions + index) + 1;
    }
}

// Once the kernel has answered everything; until then its buffers and the number of the session are in use.
static void close_if_done(uint32_t index) {
    struct session *session = &sessions[index];
    if (session->pending > 0 || session->is_closing) return;
    bool is_done = session->ways[client].has_passed_end && session->ways[upstream].has_passed_end;
    if (session->has_failed || is_done) close_sockets(index);
}

static void fail(uint32_t index) {
    struct session *session = &sessions[index];
    if (session->has_failed || session->is_closing) return;
    session->has_failed = true;
    for (int end = client; end <= upstream && session->pending > 0; end++) {
        struct io_uring_sqe *entry = ask(cancelling, IORING_OP_ASYNC_CANCEL, index, end);
        entry->fd = (int)(end == client ? index : options->sessions + index);
        entry->cancel_flags = IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_FD_FIXED | IORING_ASYNC_CANCEL_ALL;
    }
}

static void take_next_steps(uint32_t index, int end) {
    struct session *session = &sessions[index];
    struct way *way = &session->ways[end];
    if (session->has_failed) {
        if (way->queue.flying == 0) pieces_drop(&way->queue);
        return;
    }
    send_waiting(index, end);
    if (!way->has_ended) {
        bool may_receive = !way->is_receiving && !way->is_waiting_for_buffers;
        if (may_receive && way->queue.bytes <= options->credit / 2) receive(index, end, false);
    } else if (way->queue.held == 0 && !way->has_passed_end) {
        way->has_passed_end = true;
        // Closing both says as much as the second end. (Only the first costs a worker thread: the kernel knows no other way.)
        if (session->ways[!end].has_passed_end) return;
        struct io_uring_sqe *entry = ask_socket(ending, IORING_OP_SHUTDOWN, index, end, !end);
        entry->len = SHUT_WR;
    }
}

// What comes next in one direction after something has happened in it.
static void go_on(uint32_t index, int end) {
    take_next_steps(index, end);
    struct way *way = &sessions[index].ways[end];
    bool was_needed = way->is_needed;
    bool is_awaited = way->queue.held > way->queue.flying || !way->is_receiving || sessions[index].has_failed;
    way->is_needed = way->queue.flying > 0 && way->is_trying && is_awaited;
    needed += way->is_needed - was_needed;
}

// How many completions to wait for: news, besides what is there anyway.
static uint32_t worth_waking_for(void) {
    bool is_waiting_for_tries = needed > 0 || hungry_first != hungry_last;
    if (is_waiting_for_tries || tries >= ring_completions / 2) return 1;
    return tries + 1;
}

// MARK: What the kernel says

static void accepted(const struct io_uring_cqe *answer) {
    if (answer->res >= 0) open_session((uint32_t)answer->res);
    if (answer->flags & IORING_CQE_F_MORE) return;
    if (answer->res == -ENFILE) is_full = true;
    else accept_sessions();
}

static void received(uint32_t index, int end, const struct io_uring_cqe *answer) {
    struct session *session = &sessions[index];
    struct way *way = &session->ways[end];
    if (!(answer->flags & IORING_CQE_F_MORE)) {
        way->is_receiving = false;
        session->pending--;
    }
    if (answer->res > 0) {
        uint16_t buffer = (uint16_t)(answer->flags >> IORING_CQE_BUFFER_SHIFT);
        struct received received = pieces_received(buffer, (uint32_t)answer->res);
        while (received.bytes > 0) {
            if (!pieces_take(&received, session->has_failed ? NULL : &way->queue)) fail(index);
        }
    }
    if (answer->res == 0) {
        way->has_ended = true;
    } else if (answer->res == -ENOBUFS && !session->has_failed) {
        famines++;
        way->is_waiting_for_buffers = true;
        session->pending++;
        hungry[hungry_last++ & hungry_mask].session = index;
        hungry[(hungry_last - 1) & hungry_mask].end = (uint8_t)end;
    } else if (answer->res == -EINVAL) {
        errno = EINVAL;
        give_up("a receive that ends by itself, as Linux 6.18 knows it");
    } else if (answer->res < 0) {
        fail(index);
    }
    go_on(index, end);
}

// Asks again for those who met no buffer, now that there are some.
static void feed(void) {
    for (uint32_t fed = 0; hungry_first != hungry_last && fed < pieces_lent(); fed++) {
        uint32_t index = hungry[hungry_first & hungry_mask].session;
        int end = hungry[hungry_first++ & hungry_mask].end;
        sessions[index].ways[end].is_waiting_for_buffers = false;
        sessions[index].pending--;
        go_on(index, end);
        close_if_done(index);
    }
}

static void sent(uint32_t index, int end, const struct io_uring_cqe *answer) {
    struct session *session = &sessions[index];
    struct way *way = &session->ways[end];
    bool was_trying = way->is_trying;
    uint32_t rest = way->queue.held - way->queue.flying;
    session->pending--;
    tries -= was_trying;
    if (answer->res > 0) pieces_sent(&way->queue, (uint32_t)answer->res);
    way->queue.flying = 0;
    if (way->queue.held > rest) {
        // Not all of it.
        way->must_wait = true;
        refusals++;
        if (!was_trying || (answer->res < 0 && answer->res != -EAGAIN)) fail(index);
    }
    go_on(index, end);
}

static void connected(uint32_t index, const struct io_uring_cqe *answer) {
    if (answer->res < 0) {
        fail(index);
        return;
    }
    receive(index, client, false);
    receive(index, upstream, true);
}

static void deal_with(const struct io_uring_cqe *answer) {
    uint32_t index = (uint32_t)(answer->user_data >> 8);
    int end = (int)(answer->user_data >> 4 & 1);
    struct session *session = &sessions[index];
    answers++;
    enum kind kind = answer->user_data & 15;
    if (kind == accepting) {
        accepted(answer);
        return;
    }
    if (kind != receiving && kind != sending) session->pending--;
    switch (kind) {
    case accepting: break;
    case opening: if (answer->res < 0) fail(index); break;
    case connecting: connected(index, answer); break;
    case receiving: received(index, end, answer); break;
    case sending: sent(index, end, answer); break;
    case ending: if (answer->res < 0) fail(index); break;
    case cancelling: break;
    case closing:
        if (end == client && is_full) {
            is_full = false;
            accept_sessions();
        }
        return;
    }
    close_if_done(index);
}

// MARK: The loop

static void set_up(void) {
    for (hungry_mask = 1; hungry_mask < options->sessions * 2; hungry_mask *= 2) {}
    sessions = calloc(options->sessions, sizeof *sessions);
    hungry = calloc(hungry_mask, sizeof *hungry);
    hungry_mask--;
    if (!sessions || !hungry) give_up("memory");
    ring_open(options->sessions * 2);
    pieces_set_up(options);
}

int run_uring(const struct options *given) {
    options = given;
    set_up();
    accept_sessions();
    while (!is_stopping) {
        pieces_lend();
        feed();
        ring_wait(worth_waking_for());
        for (struct io_uring_cqe *answer; (answer = ring_completion());) {
            struct io_uring_cqe copy = *answer;
            // Seen at once, so that a submission in between may make the kernel write more.
            ring_seen();
            deal_with(&copy);
        }
    }
    fprintf(stderr, "%llu waits, %llu completions, %llu times no buffer, %llu times no room\n",
            (unsigned long long)ring_waits, (unsigned long long)answers, (unsigned long long)famines,
            (unsigned long long)refusals);
    return 0;
}
