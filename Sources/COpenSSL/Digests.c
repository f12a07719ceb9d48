// Digests.c: bodies of LongwireDigests.h over OpenSSL 3.

#include "include/LongwireDigests.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

// The one-shot functions of <openssl/sha.h> are the cheap way in: they need no context and no fetch, and they cannot
// fail. SHA1() and SHA256() themselves are not deprecated in OpenSSL 3, only their Init/Update/Final steps are.
#include <openssl/sha.h>

void lw_sha1(const void *p, size_t n, uint8_t out[20]) { SHA1(p, n, out); }

void lw_sha256(const void *p, size_t n, uint8_t out[32]) { SHA256(p, n, out); }

int lw_random(void *p, size_t n) {
    unsigned char *next = p;
    while (n > 0) {
        int count = n > INT_MAX ? INT_MAX : (int)n;
        if (RAND_bytes(next, count) != 1) {
            ERR_clear_error();
            return 0;
        }
        next += count;
        n -= (size_t)count;
    }
    return 1;
}

int lw_constant_time_equal(const void *a, const void *b, size_t n) { return n == 0 || CRYPTO_memcmp(a, b, n) == 0; }

int lw_scrypt(const char *password, size_t password_count, const uint8_t *salt, size_t salt_count, uint64_t n,
              uint64_t r, uint64_t p, uint64_t max_memory_bytes, uint8_t *out, size_t out_count) {
    int ok = EVP_PBE_scrypt(password, password_count, salt, salt_count, n, r, p, max_memory_bytes, out, out_count);
    if (ok != 1) ERR_clear_error();
    return ok == 1;
}
