// One pass for a check, two for masks, of which the first checks on its way: as Longwire does it, a message at a time, so that
// the second pass meets what the first has brought into the cache. What is left over of a message by vectors is left out.

#include <stdint.h>
#include <string.h>

#include "least.h"

enum { message = 1024 };

typedef uint64_t vector __attribute__((vector_size(16)));

static vector load(const unsigned char *bytes) {
    vector found;
    memcpy(&found, bytes, sizeof found);
    return found;
}

static bool is_ascii(vector seen) { return ((seen[0] | seen[1]) & 0x8080808080808080) == 0; }

// The exclusive-or of each byte with a key; whether all that came out is ASCII.
static bool apply(uint64_t key, unsigned char *bytes, size_t count) {
    vector keys = {key, key}, seen = {0}, seen_too = {0};
    for (; count >= 32; bytes += 32, count -= 32) {
        vector first = load(bytes) ^ keys, second = load(bytes + 16) ^ keys;
        memcpy(bytes, &first, sizeof first);
        memcpy(bytes + 16, &second, sizeof second);
        seen |= first;
        seen_too |= second;
    }
    return is_ascii(seen | seen_too);
}

static bool look(const unsigned char *bytes, size_t count) {
    vector seen = {0}, seen_too = {0};
    for (; count >= 64; bytes += 64, count -= 64) {
        seen |= load(bytes) | load(bytes + 16);
        seen_too |= load(bytes + 32) | load(bytes + 48);
    }
    return is_ascii(seen | seen_too);
}

bool do_least(enum least least, unsigned char *bytes, size_t count) {
    bool is_text = true;
    for (size_t begin = 0; least != nothing && begin < count; begin += message) {
        size_t length = count - begin < message ? count - begin : message;
        if (least == check) {
            is_text &= look(bytes + begin, length);
        } else {
            is_text &= apply(0x5A5A5A5A5A5A5A5A, bytes + begin, length);
            apply(0x5A5A5A5A5A5A5A5A, bytes + begin, length);
        }
    }
    return is_text;
}
