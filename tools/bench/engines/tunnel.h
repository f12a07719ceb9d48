// What the two engines of the bare tunnel share: what they are told, and how they end.

#pragma once

#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "least.h"

struct options {
    int listener;
    struct sockaddr_in upstream;
    // Sessions at a time; connections beyond them are closed, or wait to be accepted.
    unsigned sessions;
    // Bytes of one read.
    unsigned piece;
    // The ring's engine only: buffers in all, how many of them the kernel has at a time to fill, bytes that one direction of a
    // session may receive before it has to be asked again, and whether one receive may fill several buffers.
    unsigned buffers;
    unsigned lent;
    unsigned credit;
    bool bundles;
    // Whether each receive uses up a buffer, however little it brings.
    bool whole;
    // The other engine only: what is done with each byte on its way.
    enum least least;
};

// Set by SIGTERM and SIGINT.
extern volatile sig_atomic_t is_stopping;

// Both run until `is_stopping` and return the exit status.
int run_epoll(const struct options *options);
int run_uring(const struct options *options);

// Says what failed, with errno, and ends the process.
__attribute__((noreturn)) void give_up(const char *what);
