// zlib for Swift: its init functions are macros, which do not import, and its streams speak in C's integer sizes.

#ifndef LONGWIRE_CZLIB_H
#define LONGWIRE_CZLIB_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/// What one call to inflate or deflate did.
typedef struct {
    size_t consumed;
    size_t produced;
    int code;
} lw_zlib_step;

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

static inline void lw_zlib_aim(z_stream *stream, const uint8_t *in, size_t in_count, uint8_t *out, size_t out_count) {
    stream->next_in = (Bytef *)in;
    stream->avail_in = in_count > UINT_MAX ? UINT_MAX : (uInt)in_count;
    stream->next_out = out;
    stream->avail_out = out_count > UINT_MAX ? UINT_MAX : (uInt)out_count;
}

static inline lw_zlib_step lw_zlib_result(z_stream *stream, const uint8_t *in, uint8_t *out, int code) {
    lw_zlib_step step = {(size_t)(stream->next_in - (Bytef *)in), (size_t)(stream->next_out - out), code};
    // No pointer of the caller's outlives the call.
    stream->next_in = NULL;
    stream->avail_in = 0;
    stream->next_out = NULL;
    stream->avail_out = 0;
    return step;
}

static inline lw_zlib_step lw_inflate(
    z_stream *stream, const uint8_t *in, size_t in_count, uint8_t *out, size_t out_count) {
    static const uint8_t nothing = 0;
    if (in == NULL) in = &nothing;
    lw_zlib_aim(stream, in, in_count, out, out_count);
    return lw_zlib_result(stream, in, out, inflate(stream, Z_SYNC_FLUSH));
}

/// `flushes`: everything taken in so far comes out, ending with an empty stored block.
static inline lw_zlib_step lw_deflate(
    z_stream *stream, const uint8_t *in, size_t in_count, uint8_t *out, size_t out_count, int flushes) {
    static const uint8_t nothing = 0;
    if (in == NULL) in = &nothing;
    lw_zlib_aim(stream, in, in_count, out, out_count);
    return lw_zlib_result(stream, in, out, deflate(stream, flushes ? Z_SYNC_FLUSH : Z_NO_FLUSH));
}

/// A new stream behind the end of one, with the window kept.
static inline int lw_inflate_restart(z_stream *stream) {
    return inflateResetKeep(stream);
}

/// Whether everything given so far ended where a block ends.
static inline int lw_inflate_at_block_end(const z_stream *stream) {
    return (stream->data_type & 128) != 0 && (stream->data_type & 63) == 0;
}

#endif
