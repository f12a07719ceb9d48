// A blind TCP tunnel on one thread with a choice of two engines, to see what io_uring would bring a relay: it accepts,
// connects to the upstream, copies bytes both ways with backpressure, passes ends of streams on, and looks at nothing, or
// does with each byte the least that RFC 6455 asks of a relay. `tools/bench/run --with epoll,uring,epoll-check,epoll-mask`
// measures all of them; README.md says what came of it.

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tunnel.h"

volatile sig_atomic_t is_stopping;

static void stop(int number) {
    (void)number;
    is_stopping = 1;
}

void give_up(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned number(const char *text, unsigned least, unsigned most) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text == 0 || *end != 0 || value < least || value > most) {
        fprintf(stderr, "%s is not a number from %u to %u\n", text, least, most);
        exit(64);
    }
    return (unsigned)value;
}

static struct sockaddr_in loopback(const char *port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)number(port, 1, 65535)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int listening(struct sockaddr_in address) {
    int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) give_up("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Accepted sockets inherit it.
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) give_up("bind");
    if (listen(listener, 4096) != 0) give_up("listen");
    return listener;
}

static int usage(void) {
    fputs("usage: engines epoll|uring LISTEN-PORT UPSTREAM-PORT [--piece BYTES]\n"
          "       epoll: [--check | --mask]\n"
          "       uring: [--buffers N] [--lent N] [--credit BYTES] [--bundles] [--whole]\n", stderr);
    return 64;
}

int main(int count, char **words) {
    // 65483 is the most that leaves in one piece, as in Longwire's channels. More than a few such buffers at a time, and what
    // was received has left the cache when it is sent.
    struct options options = {.piece = 65483, .buffers = 2048, .lent = 4, .credit = 256 * 1024};
    static const struct option names[] = {
        {"piece", required_argument, NULL, 'p'}, {"buffers", required_argument, NULL, 'n'},
        {"lent", required_argument, NULL, 'l'}, {"credit", required_argument, NULL, 'c'},
        {"bundles", no_argument, NULL, 'b'}, {"whole", no_argument, NULL, 'w'},
        {"check", no_argument, NULL, 'k'}, {"mask", no_argument, NULL, 'm'}, {0},
    };
    for (int found; (found = getopt_long(count, words, "", names, NULL)) != -1;) {
        switch (found) {
        case 'p': options.piece = number(optarg, 512, 1 << 20); break;
        case 'n': options.buffers = number(optarg, 16, 1 << 15); break;
        case 'l': options.lent = number(optarg, 1, 1 << 15); break;
        case 'c': options.credit = number(optarg, 512, 1 << 24); break;
        case 'b': options.bundles = true; break;
        case 'w': options.whole = true; break;
        case 'k': options.least = check; break;
        case 'm': options.least = mask; break;
        default: return usage();
        }
    }
    if (count - optind != 3) return usage();
    bool is_uring = strcmp(words[optind], "uring") == 0;
    if (!is_uring && strcmp(words[optind], "epoll") != 0) return usage();

    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("getrlimit");
    options.sessions = limit.rlim_cur > 17000 ? 8192 : (unsigned)(limit.rlim_cur - 100) / 2;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    options.upstream = loopback(words[optind + 2]);
    options.listener = listening(loopback(words[optind + 1]));
    fputs("listening\n", stderr);
    return is_uring ? run_uring(&options) : run_epoll(&options);
}
