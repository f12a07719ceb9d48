// TLSSession.swift: one TLS connection, without a socket (RFC 8446, RFC 5246).
//
// Wire bytes in, plaintext out; plaintext in, wire bytes out. What OpenSSL wants to send lands in the loop's TLSOutput,
// from *any* call below, a failing one included: flush the output after each call, and only then act on an error.
//
//   client: start ─ receive ⟲ … handshakeCompleted ─ send/receive ⟲ ─ close
//   server:         receive ⟲ … handshakeCompleted ─ send/receive ⟲ ─ close
//
// A phase can become only a later one: handshaking → established → failed, or handshaking → failed.

import COpenSSL

/// One side of a TLS connection.
///
/// Belongs to one loop and is not Sendable.
@safe package final class TLSSession {
    private enum Phase {
        case handshaking
        case established
        case failed(TLSError)
    }

    private let context: TLSContext
    private let output: TLSOutput
    private let wire: WireBIO
    private let ssl: SSLPointer
    /// The dialled server; nil on the server's side.
    private let server: (name: ServerName, key: SessionCache.Key)?

    private var phase = Phase.handshaking
    private var handshakeDone = false
    private var hasSeenWire = false
    private var peerClosed = false
    private var closeSent = false
    /// Plaintext taken while the peer was half-way through a post-handshake message; empty almost always.
    private var deferred: [UInt8] = []

    /// Prepares to dial.
    ///
    /// - Parameters:
    ///   - serverName: the host name or IP address the certificate must be for.
    ///   - port: tells servers on one host apart when a session is resumed.
    package convenience init(
        client context: TLSContext,
        serverName: String,
        port: Int,
        output: TLSOutput
    ) throws(TLSError) {
        guard case .client(let verifies, let cache) = context.side else {
            throw .internalError("a server's context was given to a client")
        }
        let name = try ServerName(serverName)
        let key = SessionCache.Key(host: name.text, port: port)
        try self.init(context: context, server: (name, key), output: output)
        unsafe SSL_set_connect_state(self.ssl.raw)
        guard name.indicate(to: self.ssl), !verifies || name.expect(of: self.ssl) else {
            throw .internalError(OpenSSLErrorQueue.takeText())
        }
        if let session = cache.take(for: key), !verifies || session.isVerified(for: name) {
            _ = session.offer(to: self.ssl)
        }
    }

    /// Prepares to answer a client.
    package convenience init(server context: TLSContext, output: TLSOutput) throws(TLSError) {
        guard case .server = context.side else { throw .internalError("a client's context was given to a server") }
        try self.init(context: context, server: nil, output: output)
        unsafe SSL_set_accept_state(self.ssl.raw)
    }

    private init(
        context: TLSContext,
        server: (name: ServerName, key: SessionCache.Key)?,
        output: TLSOutput
    ) throws(TLSError) {
        OpenSSLErrorQueue.clear()
        guard let ssl = unsafe SSL_new(context.pointer.raw) else {
            throw .internalError(OpenSSLErrorQueue.takeText())
        }
        self.context = context
        self.server = server
        self.output = output
        self.wire = WireBIO(output: output)
        self.ssl = unsafe SSLPointer(raw: ssl)
        // From here on `deinit` frees it.
        unsafe lw_ssl_set_owner(ssl, Unmanaged.passUnretained(self).toOpaque())
        guard self.wire.attach(to: self.ssl, method: context.wireMethod) else {
            throw .internalError(OpenSSLErrorQueue.takeText())
        }
    }

    deinit {
        unsafe SSL_free(self.ssl.raw)
    }
}

// MARK: - What is known

extension TLSSession {
    /// The handshake is done and nothing has failed since.
    package var isEstablished: Bool {
        switch self.phase {
        case .established: true
        case .handshaking, .failed: false
        }
    }

    /// "TLSv1.3" or "TLSv1.2"; before the handshake, whatever is being tried.
    package var protocolVersion: String {
        unsafe String(cString: SSL_get_version(self.ssl.raw))
    }

    /// What both sides agreed to speak, if the server chose anything.
    package var negotiatedApplicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(self.ssl.raw, &name, &count)
        guard let name = unsafe name, count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// The handshake was shortened by a session from the cache or a ticket.
    package var wasResumed: Bool {
        unsafe SSL_session_reused(self.ssl.raw) == 1
    }

    /// What the end of the TCP stream means at this point.
    package func transportEnded() -> TLSEnd {
        if self.peerClosed { return .clean }
        return self.handshakeDone ? .truncated : .duringHandshake
    }
}

// MARK: - Handshake

extension TLSSession {
    /// Client: puts the ClientHello into the output.
    ///
    /// A server waits for one and does nothing.
    package func start() throws(TLSError) {
        switch self.phase {
        case .failed(let error): throw error
        case .established: return
        case .handshaking: break
        }
        if self.server != nil { _ = try self.advanceHandshake() }
    }

    /// Goes on with the handshake; true when it is done.
    private func advanceHandshake() throws(TLSError) -> Bool {
        OpenSSLErrorQueue.clear()
        let result = unsafe SSL_do_handshake(self.ssl.raw)
        if result != 1 {
            let error = unsafe SSL_get_error(self.ssl.raw, result)
            guard error == SSL_ERROR_WANT_READ else { throw self.fail(self.explain(error, handshaking: true)) }
            return false
        }
        if let server = self.server { try self.confirm(server.key) }
        self.handshakeDone = true
        self.phase = .established
        return true
    }

    /// Looks at what a client got before a single byte of its own goes out.
    private func confirm(_ key: SessionCache.Key) throws(TLSError) {
        guard case .client(let verifies, let cache) = self.context.side else { return }
        if verifies {
            // The handshake has failed already if this is not so; a resumed one repeats the verdict of the first.
            let verdict = unsafe SSL_get_verify_result(self.ssl.raw)
            guard verdict == Int(X509_V_OK) else { throw self.fail(TLSError(verifyResult: verdict)) }
        }
        if let chosen = self.negotiatedApplicationProtocol, !self.context.protocols.names.contains(chosen) {
            throw self.fail(.alpnMismatch)
        }
        // A TLS 1.2 session was taken from the cache and has proved good. TLS 1.3 brings new tickets of its own.
        if self.wasResumed, unsafe SSL_version(self.ssl.raw) == TLS1_2_VERSION,
            let session = unsafe SSL_get_session(self.ssl.raw), let copy = unsafe ResumableSession(copying: session)
        {
            cache.store(copy, for: key)
        }
    }

    /// OpenSSL has a session that may be resumed later.
    ///
    /// Called while it works for this TLSSession.
    func keep(_ session: OpaquePointer) {
        guard let server = self.server, case .client(_, let cache) = self.context.side,
            let copy = unsafe ResumableSession(copying: session)
        else { return }
        cache.store(copy, for: server.key)
    }
}

// MARK: - Data

extension TLSSession {
    /// Takes ciphertext, goes on with the handshake and puts plaintext into `plaintext`.
    ///
    /// All of `wire` is consumed unless `plaintext` fills up or an error waits behind data that is delivered first; then
    /// `mayHaveMore` asks for another call. After an error each further call throws the same.
    package func receive(
        _ wire: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) throws(TLSError) -> TLSProgress {
        if case .failed(let error) = self.phase { throw error }
        try unsafe self.requireTLS(wire)
        unsafe self.wire.lend(wire)
        defer { _ = self.wire.takeBack() }

        var progress = TLSProgress()
        if case .handshaking = self.phase {
            guard try self.advanceHandshake() else {
                progress.wireConsumed = self.wire.consumed
                return progress
            }
            progress.handshakeCompleted = true
        }
        if !self.peerClosed { try unsafe self.read(into: plaintext, &progress) }
        progress.wireConsumed = self.wire.consumed
        if self.peerClosed {
            // RFC 8446 §6.1: what follows a close_notify is ignored.
            progress.peerClosed = true
            progress.wireConsumed = wire.count
            return progress
        }
        // A failure here is remembered, and thrown by the call that `mayHaveMore` asks for.
        try? self.sendDeferred()
        if case .established = self.phase {
            unsafe progress.mayHaveMore =
                progress.wireConsumed < wire.count || SSL_pending(self.ssl.raw) > 0
        } else {
            progress.mayHaveMore = true
        }
        return progress
    }

    /// RFC 8446 §5.1: each record starts with its type.
    ///
    /// Whoever starts otherwise is kept away from OpenSSL.
    private func requireTLS(_ wire: UnsafeRawBufferPointer) throws(TLSError) {
        guard !self.hasSeenWire, let first = unsafe wire.first else { return }
        self.hasSeenWire = true
        // A handshake message or, from a server, an alert; never application data.
        guard first == UInt8(SSL3_RT_HANDSHAKE) || first == UInt8(SSL3_RT_ALERT) else { throw self.fail(.notTLS) }
    }

    /// Reads until the plaintext is full or the wire is used up.
    ///
    /// An error is thrown only if nothing was read before it.
    private func read(
        into plaintext: UnsafeMutableRawBufferPointer,
        _ progress: inout TLSProgress
    ) throws(TLSError) {
        while progress.plaintextCount < plaintext.count {
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: plaintext[progress.plaintextCount...])
            var count = 0
            OpenSSLErrorQueue.clear()
            let result = unsafe SSL_read_ex(self.ssl.raw, room.baseAddress, room.count, &count)
            if result == 1 {
                progress.plaintextCount += count
                continue
            }
            let error = unsafe SSL_get_error(self.ssl.raw, result)
            switch error {
            case SSL_ERROR_WANT_READ:
                return
            case SSL_ERROR_ZERO_RETURN:
                self.peerClosed = true
                return
            default:
                let reason = self.fail(self.explain(error, handshaking: false))
                guard progress.plaintextCount > 0 || progress.handshakeCompleted else { throw reason }
                return
            }
        }
    }

    /// Encrypts all of `plaintext` into the output.
    ///
    /// Throws `outputFull`, and takes nothing, when the output might not hold it.
    package func send(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
        switch self.phase {
        case .failed(let error): throw error
        case .handshaking: throw .internalError("data was sent before the handshake was done")
        case .established: break
        }
        guard !self.closeSent else { throw .internalError("data was sent after close") }
        guard self.output.hasRoom(forPlaintext: plaintext.count + self.deferred.count) else { throw .outputFull }
        try self.sendDeferred()
        let sent = self.deferred.isEmpty ? try unsafe self.write(plaintext) : 0
        try unsafe self.postpone(UnsafeRawBufferPointer(rebasing: plaintext[sent...]))
    }

    /// Writes records until all is written or OpenSSL must read first; returns how much was written.
    private func write(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) -> Int {
        var offset = 0
        while offset < plaintext.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: plaintext[offset...])
            var count = 0
            OpenSSLErrorQueue.clear()
            let result = unsafe SSL_write_ex(self.ssl.raw, rest.baseAddress, rest.count, &count)
            if result == 1 {
                offset += count
                continue
            }
            let error = unsafe SSL_get_error(self.ssl.raw, result)
            guard error == SSL_ERROR_WANT_READ else { throw self.fail(self.explain(error, handshaking: false)) }
            break
        }
        return offset
    }

    /// Keeps what cannot be encrypted while a post-handshake message of the peer is half read.
    private func postpone(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
        guard unsafe !plaintext.isEmpty else { return }
        guard plaintext.count <= TLSLimits.deferredPlaintext - self.deferred.count else {
            throw self.fail(.protocolViolation("a message was begun and never finished"))
        }
        unsafe self.deferred.append(contentsOf: plaintext)
    }

    private func sendDeferred() throws(TLSError) {
        guard !self.deferred.isEmpty, !self.closeSent, self.output.hasRoom(forPlaintext: self.deferred.count) else {
            return
        }
        let waiting = self.deferred
        let sent = try unsafe waiting.span.withUnsafeBytes { bytes throws(TLSError) in try unsafe self.write(bytes) }
        self.deferred = sent == waiting.count ? [] : Array(waiting[sent...])
    }

    /// Puts a close_notify into the output, once; before the handshake is done there is nothing to close.
    package func close() {
        guard case .established = self.phase, !self.closeSent else { return }
        self.closeSent = true
        OpenSSLErrorQueue.clear()
        _ = unsafe SSL_shutdown(self.ssl.raw)
        OpenSSLErrorQueue.clear()
    }

    /// Turns the answer of SSL_get_error into a reason; the error queue must not have been touched since the call.
    private func explain(_ error: CInt, handshaking: Bool) -> TLSError {
        if error == SSL_ERROR_WANT_WRITE {
            OpenSSLErrorQueue.clear()
            return .internalError("the output was full in the middle of a record")
        }
        let verdict = unsafe SSL_get_verify_result(self.ssl.raw)
        return TLSError(OpenSSLErrorQueue.takeFirst(), verifyResult: verdict, handshaking: handshaking)
    }

    private func fail(_ error: TLSError) -> TLSError {
        self.phase = .failed(error)
        self.deferred = []
        return error
    }
}
