// OpenSSLPeer.swift: the other side of a test connection, made from OpenSSL's own memory BIOs.
//
// It shares no code with TLSSession, so that a mistake of ours is not answered by the same mistake, and it may do what we
// never do: speak old versions, renegotiate, update keys, offer or choose other application protocols.

import COpenSSL

@testable import OpenSSLTLS

/// A plain OpenSSL connection between two memory BIOs.
@safe final class OpenSSLPeer {
    struct Failure: Error {
        let reason: String
    }

    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    let raw: SSLPointer

    /// `configure` sees the SSL_CTX before anything is made from it.
    init(server: Bool, configure: (ContextPointer) -> Void) throws {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()) else {
            throw Failure(reason: OpenSSLErrorQueue.takeText())
        }
        configure(unsafe ContextPointer(raw: context))
        guard let ssl = unsafe SSL_new(context), let incoming = unsafe BIO_new(BIO_s_mem()),
            let outgoing = unsafe BIO_new(BIO_s_mem())
        else {
            throw Failure(reason: OpenSSLErrorQueue.takeText())
        }
        unsafe SSL_set_bio(ssl, incoming, outgoing)
        if server { unsafe SSL_set_accept_state(ssl) } else { unsafe SSL_set_connect_state(ssl) }
        unsafe self.context = context
        unsafe self.ssl = ssl
        unsafe self.incoming = incoming
        unsafe self.outgoing = outgoing
        self.raw = unsafe SSLPointer(raw: ssl)
    }

    deinit {
        unsafe SSL_free(self.ssl)
        unsafe SSL_CTX_free(self.context)
    }

    /// A server with one certificate, up to TLS 1.2 or any version.
    static func server(
        certificateFile: String,
        privateKeyFile: String,
        maximumVersion: Int32 = 0,
        configure: (ContextPointer) -> Void = { _ in }
    ) throws -> OpenSSLPeer {
        try OpenSSLPeer(server: true) { context in
            unsafe SSL_CTX_use_certificate_chain_file(context.raw, certificateFile)
            unsafe SSL_CTX_use_PrivateKey_file(context.raw, privateKeyFile, SSL_FILETYPE_PEM)
            unsafe SSL_CTX_ctrl(context.raw, SSL_CTRL_SET_MAX_PROTO_VERSION, CLong(maximumVersion), nil)
            configure(context)
        }
    }

    /// A client that trusts everybody.
    static func client(
        maximumVersion: Int32 = 0,
        configure: (ContextPointer) -> Void = { _ in }
    ) throws -> OpenSSLPeer {
        try OpenSSLPeer(server: false) { context in
            unsafe SSL_CTX_ctrl(context.raw, SSL_CTRL_SET_MAX_PROTO_VERSION, CLong(maximumVersion), nil)
            configure(context)
        }
    }

    /// Goes on with the handshake; true when it is done.
    @discardableResult
    func handshake() -> Bool {
        ERR_clear_error()
        return unsafe SSL_do_handshake(self.ssl) == 1
    }

    /// Takes bytes from the wire.
    func feed(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        _ = unsafe BIO_write(self.incoming, bytes, CInt(bytes.count))
    }

    /// Gives up what is to go onto the wire.
    func drain() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(self.outgoing))
        guard !bytes.isEmpty else { return [] }
        let count = unsafe BIO_read(self.outgoing, &bytes, CInt(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }

    /// Encrypts everything at once.
    func write(_ plaintext: [UInt8]) -> Bool {
        guard !plaintext.isEmpty else { return true }
        ERR_clear_error()
        return unsafe SSL_write(self.ssl, plaintext, CInt(plaintext.count)) == CInt(plaintext.count)
    }

    /// Decrypts everything there is.
    func read() -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            ERR_clear_error()
            let count = unsafe SSL_read(self.ssl, &block, CInt(block.count))
            guard count > 0 else { return all }
            all.append(contentsOf: block.prefix(Int(count)))
        }
    }

    /// Sends a close_notify.
    func shutDown() {
        _ = unsafe SSL_shutdown(self.ssl)
    }

    var receivedCloseNotify: Bool {
        unsafe SSL_get_shutdown(self.ssl) & SSL_RECEIVED_SHUTDOWN != 0
    }
}
