// Digests.c: bodies of LongwireDigests.h over OpenSSL 3.
//
// The step-by-step SHA functions are marked deprecated in favour of EVP. EVP, and with it the one-shot SHA256(), looks
// the algorithm up by name and allocates a context on each call, both of which can fail; a key lookup wants neither.

#define OPENSSL_SUPPRESS_DEPRECATED

#include "include/LongwireDigests.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

void lw_sha1(const void *p, size_t n, uint8_t out[20]) {
    SHA_CTX state;
    SHA1_Init(&state);
    SHA1_Update(&state, p, n);
    SHA1_Final(out, &state);
}

void lw_sha256(const void *p, size_t n, uint8_t out[32]) {
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, p, n);
    SHA256_Final(out, &state);
}

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
