// LongwireTLS.h: functions in place of the macros of <openssl/ssl.h>, <openssl/bio.h> and <openssl/err.h>.

#ifndef LONGWIRE_TLS_H
#define LONGWIRE_TLS_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdint.h>

// Contexts

static inline int lw_context_set_minimum_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

/// Never compress (CRIME), never renegotiate: nothing of ours needs either.
static inline void lw_context_set_safe_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

/// Gives buffers back when idle; a write takes what fits and may be repeated from another address.
static inline void lw_context_set_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/// Sessions are announced to the callback and kept by nobody inside OpenSSL.
static inline void lw_context_announce_client_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

/// A server resumes from tickets alone and remembers nothing itself.
static inline void lw_context_keep_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

// Connections

/// Sets the name of the server name indication (RFC 6066 §3). 1 = set.
static inline int lw_ssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline int lw_ssl_set_owner(SSL *ssl, void *owner) { return SSL_set_app_data(ssl, owner); }

static inline void *lw_ssl_owner(const SSL *ssl) { return SSL_get_app_data(ssl); }

// BIO

static inline int lw_bio_type_source_sink(void) { return BIO_TYPE_SOURCE_SINK; }

static inline void lw_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline void lw_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void lw_bio_retry_write(BIO *bio) { BIO_set_retry_write(bio); }

// Errors

/// Whether the error was raised by the TLS code itself (and not, say, by the PEM reader).
static inline int lw_error_is_from_tls(unsigned long error) { return ERR_GET_LIB(error) == ERR_LIB_SSL; }

/// The code under which the TLS code would raise `reason`.
static inline unsigned long lw_error_of_tls(int reason) { return ERR_PACK(ERR_LIB_SSL, 0, reason); }

static inline int lw_error_reason(unsigned long error) { return ERR_GET_REASON(error); }

#endif
