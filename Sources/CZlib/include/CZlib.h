// zlib for Swift: its init functions are macros, which do not import.

#ifndef LONGWIRE_CZLIB_H
#define LONGWIRE_CZLIB_H

#include <string.h>
#include <zlib.h>

/// A raw deflate compressor (RFC 1951 without any wrapper), as RFC 7692 wants it.
static inline int lw_deflate_init(z_stream *stream, int level, int window_bits, int memory_level) {
    memset(stream, 0, sizeof(*stream));
    return deflateInit2(stream, level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

/// A raw inflater.
static inline int lw_inflate_init(z_stream *stream, int window_bits) {
    memset(stream, 0, sizeof(*stream));
    return inflateInit2(stream, -window_bits);
}

#endif
