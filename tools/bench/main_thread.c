// The main thread of a Swift program that never returns ends as a thread while the process goes on, which valgrind does not
// survive. Preloaded, this serves the main queue from the main thread instead.

#include <poll.h>
#include <stdint.h>
#include <unistd.h>

// libdispatch's own, for run loops that are not its.
extern int _dispatch_get_main_queue_handle_4CF(void);
extern void _dispatch_main_queue_callback_4CF(void *unused);

void dispatch_main(void) {
    struct pollfd queue = {.fd = _dispatch_get_main_queue_handle_4CF(), .events = POLLIN};
    for (;;) {
        uint64_t count;
        if (poll(&queue, 1, -1) == 1 && read(queue.fd, &count, sizeof count) > 0) _dispatch_main_queue_callback_4CF(NULL);
    }
}
