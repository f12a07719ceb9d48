// The least that a relay of WebSocket messages does with each byte (RFC 6455 §5.3, §8.1).

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum least {
    nothing,
    // Looks whether it is text at all: what comes from an upstream.
    check,
    // Unmasks it, looks at it, and masks it anew: what comes from a client.
    mask,
};

// True when all bytes are ASCII, which is UTF-8.
bool do_least(enum least least, unsigned char *bytes, size_t count);
