// TLSContext.swift: what many sessions have in common, read from a configuration once.
//
// An `SSL_CTX` may be shared by threads once it is set up: SSL_new only reads it and counts references atomically. It is
// set up in `init` and never touched again. New certificates mean a new context; sessions hold on to theirs.

import COpenSSL
import Glibc

/// Trust, certificates and protocol choices for all sessions of one listener or one upstream.
@safe package final class TLSContext: Sendable {
    /// What a context is for, with what only that side needs.
    enum Side: Sendable {
        case server
        /// `verifies` is false when the operator gave up verification.
        case client(verifies: Bool, cache: SessionCache)
    }

    let side: Side
    let protocols: ApplicationProtocols

    let pointer: ContextPointer
    let wireMethod: WireMethodPointer
    // Read by the callback that picks an application protocol, for as long as the context lives. Written in `init` only,
    // which the compiler cannot see through a pointer.
    private nonisolated(unsafe) let wireProtocols: UnsafeMutableBufferPointer<UInt8>

    // TLS 1.2: forward secrecy and authenticated encryption only (RFC 9325 §4.2). TLS 1.3 has nothing else.
    private static let ciphersOfTLS12 = "ECDHE+AESGCM:ECDHE+CHACHA20"

    /// Reads certificate chain and private key; throws when a listener could not serve with them.
    package convenience init(server configuration: TLSServerConfiguration) throws(TLSError) {
        try self.init(
            side: .server,
            protocols: ApplicationProtocols(configuration.applicationProtocols),
            minimumVersion: configuration.minimumVersion
        )
        try self.loadIdentity(configuration)
        unsafe lw_context_keep_no_sessions(self.pointer.raw)
        if !self.protocols.wire.isEmpty {
            unsafe SSL_CTX_set_alpn_select_cb(
                self.pointer.raw,
                pickApplicationProtocol,
                Unmanaged.passUnretained(self).toOpaque()
            )
        }
    }

    /// Reads the trusted certificates; throws when a file that was named cannot be used.
    package convenience init(client configuration: TLSClientConfiguration) throws(TLSError) {
        try self.init(
            side: .client(verifies: configuration.verification == .full, cache: SessionCache()),
            protocols: ApplicationProtocols(configuration.applicationProtocols),
            minimumVersion: configuration.minimumVersion
        )
        try self.loadTrust(configuration.trust)
        // OpenSSL's own default is to verify nobody.
        let mode = configuration.verification == .full ? SSL_VERIFY_PEER : SSL_VERIFY_NONE
        unsafe SSL_CTX_set_verify(self.pointer.raw, mode, nil)
        unsafe lw_context_announce_client_sessions(self.pointer.raw)
        unsafe SSL_CTX_sess_set_new_cb(self.pointer.raw, keepNewSession)
        if !self.protocols.wire.isEmpty {
            // The one function of OpenSSL that returns 0 for success.
            let failed = unsafe SSL_CTX_set_alpn_protos(
                self.pointer.raw,
                self.protocols.wire,
                UInt32(truncatingIfNeeded: self.protocols.wire.count)
            )
            guard failed == 0 else { throw .internalError(OpenSSLErrorQueue.takeText()) }
        }
    }

    private init(side: Side, protocols: ApplicationProtocols, minimumVersion: TLSVersion) throws(TLSError) {
        OpenSSLErrorQueue.clear()
        guard let method = WireMethodPointer.make() else { throw .internalError(OpenSSLErrorQueue.takeText()) }
        let tlsMethod = unsafe Self.tlsMethod(of: side)
        guard let context = unsafe SSL_CTX_new(tlsMethod) else {
            unsafe BIO_meth_free(method.raw)
            throw .internalError(OpenSSLErrorQueue.takeText())
        }
        self.side = side
        self.protocols = protocols
        self.wireMethod = method
        unsafe self.pointer = ContextPointer(raw: context)
        let wire = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: protocols.wire.count)
        _ = unsafe wire.initialize(from: protocols.wire)
        unsafe self.wireProtocols = wire

        unsafe lw_context_set_safe_options(context)
        unsafe lw_context_set_modes(context)
        let version = minimumVersion == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        guard unsafe lw_context_set_minimum_version(context, version) == 1,
            unsafe SSL_CTX_set_cipher_list(context, Self.ciphersOfTLS12) == 1
        else { throw .internalError(OpenSSLErrorQueue.takeText()) }
    }

    deinit {
        unsafe SSL_CTX_free(self.pointer.raw)
        unsafe BIO_meth_free(self.wireMethod.raw)
        unsafe self.wireProtocols.deallocate()
    }

    private static func tlsMethod(of side: Side) -> OpaquePointer? {
        switch side {
        case .server: unsafe TLS_server_method()
        case .client: unsafe TLS_client_method()
        }
    }

    /// What the callback below chooses from.
    fileprivate var offered: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(self.wireProtocols) }
}

// MARK: - Files

extension TLSContext {
    private func loadIdentity(_ configuration: TLSServerConfiguration) throws(TLSError) {
        let context = unsafe self.pointer.raw
        let chain = configuration.certificateChainFile
        let key = configuration.privateKeyFile
        // Without this a key with a passphrase would make OpenSSL ask for it on the terminal.
        unsafe SSL_CTX_set_default_passwd_cb(context, refusePassphrase)

        try Self.requireReadable(chain)
        guard unsafe SSL_CTX_use_certificate_chain_file(context, chain) == 1 else {
            let reason = OpenSSLErrorQueue.takeText()
            throw .configuration(file: chain, reason: "no usable certificate chain in PEM (\(reason))")
        }
        try Self.requireReadable(key)
        guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            let entry = OpenSSLErrorQueue.takeFirst()
            let isForeign = entry?.isFromTLS == false && entry?.reason == X509_R_KEY_VALUES_MISMATCH
            let reason =
                isForeign
                ? "the private key does not belong to the certificate in \(chain)"
                : "no usable private key in PEM without passphrase (\(entry?.text ?? "no reason given"))"
            throw .configuration(file: key, reason: reason)
        }
        guard unsafe SSL_CTX_check_private_key(context) == 1 else {
            OpenSSLErrorQueue.clear()
            throw .configuration(file: key, reason: "the private key does not belong to the certificate in \(chain)")
        }
    }

    private func loadTrust(_ trust: TLSClientConfiguration.Trust) throws(TLSError) {
        let context = unsafe self.pointer.raw
        switch trust {
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw .internalError(OpenSSLErrorQueue.takeText())
            }
        case .file(let file):
            try Self.requireReadable(file)
            guard unsafe SSL_CTX_load_verify_file(context, file) == 1 else {
                let reason = OpenSSLErrorQueue.takeText()
                throw .configuration(file: file, reason: "no usable certificates in PEM (\(reason))")
            }
            // Whatever the operator put into the file is an anchor, an intermediate authority too.
            unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        }
        OpenSSLErrorQueue.clear()
    }

    /// Says in the system's words why a file cannot be read; OpenSSL's words for it are obscure.
    private static func requireReadable(_ file: String) throws(TLSError) {
        guard !file.isEmpty else { throw .configuration(file: "", reason: "the name of a PEM file is empty") }
        guard unsafe access(file, R_OK) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw .configuration(file: file, reason: "cannot be read (\(reason)); check path and permissions")
        }
    }
}

// MARK: - Callbacks

private func refusePassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ size: CInt,
    _ forWriting: CInt,
    _ data: UnsafeMutableRawPointer?
) -> CInt {
    -1
}

/// RFC 7301 §3.2, except that a client with which we share no protocol is served without one instead of turned away.
private func pickApplicationProtocol(
    _ ssl: OpaquePointer?,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?,
    _ offeredCount: UInt32,
    _ owner: UnsafeMutableRawPointer?
) -> CInt {
    guard let owner = unsafe owner else { return SSL_TLSEXT_ERR_NOACK }
    // The context outlives its sessions: each of them holds on to it.
    let ours = unsafe Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue().offered
    var pick: UnsafeMutablePointer<UInt8>?
    let result = unsafe SSL_select_next_proto(
        &pick,
        chosenCount,
        ours.baseAddress,
        UInt32(truncatingIfNeeded: ours.count),
        offered,
        offeredCount
    )
    guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_NOACK }
    unsafe chosen?.pointee = UnsafePointer(pick)
    return SSL_TLSEXT_ERR_OK
}

/// Called during a handshake or a read of a client session; the copy is ours, the original stays OpenSSL's.
private func keepNewSession(_ ssl: OpaquePointer?, _ session: OpaquePointer?) -> CInt {
    guard let session = unsafe session, let owner = unsafe lw_ssl_owner(ssl) else { return 0 }
    unsafe Unmanaged<TLSSession>.fromOpaque(owner).takeUnretainedValue().keep(session)
    return 0
}
