// LongwireDigests.h: hashes, randomness, comparison and password stretching without any OpenSSL type in sight.
//
// Invariants: no function keeps a pointer; `p` may be null when `n` is 0; nothing is left on OpenSSL's error queue.

#ifndef LONGWIRE_DIGESTS_H
#define LONGWIRE_DIGESTS_H

#include <stddef.h>
#include <stdint.h>

/// SHA-1 (FIPS 180-4). Only for the accept key of RFC 6455 §4.2.2, never for anything that must resist collisions.
void lw_sha1(const void *p, size_t n, uint8_t out[20]);

/// SHA-256 (FIPS 180-4).
void lw_sha256(const void *p, size_t n, uint8_t out[32]);

/// Fills `p` from OpenSSL's generator. 1 = filled, 0 = the generator failed and `p` must not be used.
int lw_random(void *p, size_t n);

/// Compares in a time that depends on `n` alone. 1 = equal.
int lw_constant_time_equal(const void *a, const void *b, size_t n);

/// scrypt (RFC 7914). `max_memory_bytes` bounds what it may allocate. 1 = derived, 0 = bad parameters or no memory.
int lw_scrypt(const char *password, size_t password_count, const uint8_t *salt, size_t salt_count, uint64_t n,
              uint64_t r, uint64_t p, uint64_t max_memory_bytes, uint8_t *out, size_t out_count);

#endif
