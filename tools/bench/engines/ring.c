#define _GNU_SOURCE
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tunnel.h"

uint64_t ring_waits;

// The descriptor, and what to call the ring when waiting.
static int ring, name, enter_flags;
static struct io_uring_sqe *submissions;
static struct io_uring_cqe *completions;
static uint32_t *submission_head, *submission_tail, *completion_head, *completion_tail;
static uint32_t submission_mask, completion_mask, tail, submitted;

static struct io_uring_buf_ring *buffers;
static uint32_t buffer_mask;
static uint16_t buffer_tail;

static struct {
    struct msghdr header;
    struct iovec pieces[ring_gather];
} messages[ring_entries];
static unsigned used_messages;

static int configure(unsigned operation, void *argument, unsigned count) {
    return (int)syscall(__NR_io_uring_register, ring, operation, argument, count);
}

void ring_open(unsigned descriptors) {
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_COOP_TASKRUN |
                 IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE | RING_NO_ARRAY,
        .cq_entries = ring_completions,
    };
    ring = (int)syscall(__NR_io_uring_setup, ring_entries, &parameters);
    if (ring < 0) give_up("io_uring_setup");
    size_t size = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    int protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
    char *both = mmap(NULL, size, protection, flags, ring, IORING_OFF_SQ_RING);
    submissions = mmap(NULL, parameters.sq_entries * sizeof *submissions, protection, flags, ring, IORING_OFF_SQES);
    if (both == MAP_FAILED || (void *)submissions == MAP_FAILED) give_up("mmap of the ring");
    submission_head = (uint32_t *)(both + parameters.sq_off.head);
    submission_tail = (uint32_t *)(both + parameters.sq_off.tail);
    submission_mask = *(uint32_t *)(both + parameters.sq_off.ring_mask);
    completion_head = (uint32_t *)(both + parameters.cq_off.head);
    completion_tail = (uint32_t *)(both + parameters.cq_off.tail);
    completion_mask = *(uint32_t *)(both + parameters.cq_off.ring_mask);
    completions = (struct io_uring_cqe *)(both + parameters.cq_off.cqes);

    struct io_uring_rsrc_register table = {.nr = descriptors, .flags = IORING_RSRC_REGISTER_SPARSE};
    struct io_uring_file_index_range range = {.off = 0, .len = descriptors / 2};
    if (configure(IORING_REGISTER_FILES2, &table, sizeof table) < 0) give_up("IORING_REGISTER_FILES2");
    if (configure(IORING_REGISTER_FILE_ALLOC_RANGE, &range, 0) < 0) give_up("IORING_REGISTER_FILE_ALLOC_RANGE");
    // Spares each wait the look-up of the descriptor.
    name = ring;
    struct io_uring_rsrc_update self = {.offset = UINT32_MAX, .data = (uint64_t)ring};
    if (configure(IORING_REGISTER_RING_FDS, &self, 1) == 1) {
        name = (int)self.offset;
        enter_flags = IORING_ENTER_REGISTERED_RING;
    }
}

static void enter(unsigned least) {
    __atomic_store_n(submission_tail, tail, __ATOMIC_RELEASE);
    ring_waits++;
    // Deferred work is done by who asks for completions.
    long result = syscall(__NR_io_uring_enter, name, tail - submitted, least, enter_flags | IORING_ENTER_GETEVENTS, NULL, 0);
    if (result < 0 && errno != EINTR && errno != EAGAIN && errno != EBUSY) give_up("io_uring_enter");
    submitted = __atomic_load_n(submission_head, __ATOMIC_ACQUIRE);
    if (submitted == tail) used_messages = 0;
}

void ring_reserve(unsigned count) {
    while (ring_entries - (tail - submitted) < count && !is_stopping) enter(0);
}

struct io_uring_sqe *ring_next(void) {
    ring_reserve(1);
    struct io_uring_sqe *next = &submissions[tail++ & submission_mask];
    memset(next, 0, sizeof *next);
    return next;
}

struct msghdr *ring_message(void) {
    ring_reserve(1);
    struct msghdr *header = &messages[used_messages].header;
    *header = (struct msghdr){.msg_iov = messages[used_messages].pieces};
    used_messages++;
    return header;
}

void ring_wait(unsigned least) {
    enter(least);
}

struct io_uring_cqe *ring_completion(void) {
    uint32_t head = *completion_head;
    if (head == __atomic_load_n(completion_tail, __ATOMIC_ACQUIRE)) return NULL;
    return &completions[head & completion_mask];
}

void ring_seen(void) {
    __atomic_store_n(completion_head, *completion_head + 1, __ATOMIC_RELEASE);
}

void ring_open_buffers(unsigned entries, bool in_parts) {
    buffers = mmap(NULL, entries * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if ((void *)buffers == MAP_FAILED) give_up("mmap of the buffer ring");
    // struct io_uring_buf_reg as of Linux 6.12, where flags took the place of padding.
    struct {
        uint64_t address;
        uint32_t entries;
        uint16_t group, flags;
        uint64_t reserved[3];
    } self = {.address = (uint64_t)(uintptr_t)buffers, .entries = entries, .flags = in_parts ? RING_IN_PARTS : 0};
    if (configure(IORING_REGISTER_PBUF_RING, &self, 1) < 0) give_up("IORING_REGISTER_PBUF_RING");
    buffer_mask = entries - 1;
}

unsigned ring_lend(void *bytes, unsigned count, uint16_t identifier) {
    unsigned place = buffer_tail++ & buffer_mask;
    // Not as a whole: the ring's tail lies in what the first entry leaves unused.
    struct io_uring_buf *entry = &buffers->bufs[place];
    entry->addr = (uint64_t)(uintptr_t)bytes;
    entry->len = count;
    entry->bid = identifier;
    return place;
}

void ring_publish_buffers(void) {
    __atomic_store_n(&buffers->tail, buffer_tail, __ATOMIC_RELEASE);
}
