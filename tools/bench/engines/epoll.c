// The engine that Longwire has, bare: epoll tells news once, one scratch block serves all connections, what was received is
// sent at once, and a connection owns memory only for what the kernel would not take.

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "least.h"
#include "tunnel.h"

enum { batch = 256, reads_per_turn = 8, accepts_per_turn = 64 };

// One end of a session, and what is to be sent to it.
struct side {
    struct session *session;
    struct side *other;
    struct side *next_ready;
    unsigned char *spill;
    unsigned spill_begin, spill_end;
    int descriptor;
    bool is_connecting;
    bool may_read;   // News of bytes or of an end that have not all been read.
    bool to_the_end; // An end or error stands behind what is left to read, so a short read is not the last.
    bool has_ended;
    bool is_ready;   // In the list of those that go on in the next turn.
};

struct session {
    struct side client, upstream;
    struct session *next_free;
    bool is_closed;
};

static const struct options *options;
static int poller;
static unsigned char *scratch;
static struct session *sessions, *free_sessions, *closed_sessions;
static struct side *ready;
static uint64_t waits, events_seen, texts;

static void close_session(struct session *session) {
    if (session->is_closed) return;
    session->is_closed = true;
    struct side *sides[] = {&session->client, &session->upstream};
    for (int index = 0; index < 2; index++) {
        close(sides[index]->descriptor);
        free(sides[index]->spill);
        sides[index]->spill = NULL;
    }
    // Not free before the turn ends: events of it may be left in the batch.
    session->next_free = closed_sessions;
    closed_sessions = session;
}

// Whether everything was taken, at once or into the spill; if not, the session is over.
static bool pass(struct side *to, unsigned count) {
    ssize_t sent = send(to->descriptor, scratch, count, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) return false;
        sent = 0;
    }
    if (sent < count) {
        to->spill = malloc(count - sent);
        if (!to->spill) return false;
        memcpy(to->spill, scratch + sent, count - sent);
        to->spill_begin = 0;
        to->spill_end = count - sent;
    }
    return true;
}

// Reads from one side as long as the other takes it all.
static void pump(struct side *from) {
    struct side *to = from->other;
    for (int read = 0; read < reads_per_turn; read++) {
        if (from->session->is_closed || !from->may_read || from->has_ended || to->spill || to->is_connecting) return;
        ssize_t count = recv(from->descriptor, scratch, options->piece, 0);
        if (count < 0) {
            if (errno == EAGAIN) from->may_read = false;
            else close_session(from->session);
            return;
        }
        if (count == 0) {
            from->has_ended = true;
            shutdown(to->descriptor, SHUT_WR);
            if (to->has_ended) close_session(from->session);
            return;
        }
        if (do_least(options->least, scratch, (size_t)count)) texts++;
        if (!pass(to, count)) {
            close_session(from->session);
            return;
        }
        if (count < options->piece && !from->to_the_end) from->may_read = false;
    }
    if (from->may_read && !from->is_ready) {
        from->is_ready = true;
        from->next_ready = ready;
        ready = from;
    }
}

static void drain(struct side *to) {
    if (!to->spill) return;
    ssize_t sent = send(to->descriptor, to->spill + to->spill_begin, to->spill_end - to->spill_begin, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) close_session(to->session);
        return;
    }
    to->spill_begin += sent;
    if (to->spill_begin < to->spill_end) return;
    free(to->spill);
    to->spill = NULL;
    pump(to->other);
}

static bool watch(struct side *side) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = side};
    return epoll_ctl(poller, EPOLL_CTL_ADD, side->descriptor, &event) == 0;
}

static void open_session(int client) {
    struct session *session = free_sessions;
    int on = 1;
    int upstream = session ? socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
    if (upstream < 0) {
        close(client);
        return;
    }
    free_sessions = session->next_free;
    *session = (struct session){
        .client = {.session = session, .other = &session->upstream, .descriptor = client},
        .upstream = {.session = session, .other = &session->client, .descriptor = upstream, .is_connecting = true},
    };
    setsockopt(upstream, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bool is_begun = connect(upstream, (const struct sockaddr *)&options->upstream, sizeof options->upstream) == 0;
    if ((!is_begun && errno != EINPROGRESS) || !watch(&session->upstream) || !watch(&session->client)) {
        close_session(session);
    }
}

static void happened(struct side *side, uint32_t events) {
    if (side->session->is_closed) return;
    if (side->is_connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        if (!(events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) return;
        if (getsockopt(side->descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
            close_session(side->session);
            return;
        }
        side->is_connecting = false;
        pump(side->other);
    }
    if (events & EPOLLOUT) drain(side);
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) side->to_the_end = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        side->may_read = true;
        pump(side);
    }
}

static void turn(struct epoll_event *events) {
    int count = epoll_wait(poller, events, batch, ready ? 0 : -1);
    waits++;
    struct side *going_on = ready;
    ready = NULL;
    for (int index = 0; index < count; index++) {
        events_seen++;
        if (events[index].data.ptr) {
            happened(events[index].data.ptr, events[index].events);
            continue;
        }
        for (int accepted = 0; accepted < accepts_per_turn; accepted++) {
            int client = accept4(options->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (client < 0) break;
            open_session(client);
        }
    }
    while (going_on) {
        struct side *side = going_on;
        going_on = side->next_ready;
        side->is_ready = false;
        pump(side);
    }
    // One that is still in the list of those to go on is freed when it has left it.
    struct session **link = &closed_sessions;
    while (*link) {
        struct session *session = *link;
        if (session->client.is_ready || session->upstream.is_ready) {
            link = &session->next_free;
            continue;
        }
        *link = session->next_free;
        session->next_free = free_sessions;
        free_sessions = session;
    }
}

int run_epoll(const struct options *given) {
    static struct epoll_event events[batch];
    options = given;
    scratch = malloc(options->piece);
    sessions = calloc(options->sessions, sizeof *sessions);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (!scratch || !sessions || poller < 0) give_up("epoll");
    for (unsigned index = options->sessions; index-- > 0;) {
        sessions[index].next_free = free_sessions;
        free_sessions = &sessions[index];
    }
    struct epoll_event event = {.events = EPOLLIN};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, options->listener, &event) != 0) give_up("epoll_ctl");
    while (!is_stopping) turn(events);
    fprintf(stderr, "%llu waits, %llu events, %llu texts\n", (unsigned long long)waits, (unsigned long long)events_seen,
            (unsigned long long)texts);
    return 0;
}
