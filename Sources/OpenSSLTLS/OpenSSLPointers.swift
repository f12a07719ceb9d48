// OpenSSLPointers.swift: a type for each kind of pointer that travels between files.
//
// `SSL_CTX *`, `SSL *`, `BIO *` and `SSL_SESSION *` all arrive in Swift as OpaquePointer, so mixing them up would compile.
// A wrapper owns nothing and is safe to hold; each use of `raw` says `unsafe`, and the class that made it frees it.

/// An `SSL_CTX *`, owned by a TLSContext.
///
/// Unchecked because of the pointer: the context is not changed after `TLSContext.init`, and OpenSSL counts references
/// to it atomically.
@safe struct ContextPointer: @unchecked Sendable {
    @unsafe let raw: OpaquePointer
}

/// A `BIO_METHOD *`, owned by a TLSContext.
///
/// Unchecked because of the pointer: the table behind it is filled in once and only read afterwards.
@safe struct WireMethodPointer: @unchecked Sendable {
    @unsafe let raw: OpaquePointer
}

/// An `SSL *`, owned by a TLSSession and, like it, by one loop.
@safe struct SSLPointer {
    @unsafe let raw: OpaquePointer
}
