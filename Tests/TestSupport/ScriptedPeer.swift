// The other end of a connection in a test's hands, client or upstream, with or without TLS: it says what it is told to
// say, writes down what it hears, and goes away as politely or as rudely as the test wants.
//
// It never waits: `step` does what can be done now, and `Stage` steps all peers between two turns of the loop. Its calls
// go straight to the kernel, so faults that are injected into the loop's calls do not touch it.

package import EventLoop
package import OpenSSLTLS

/// One end of a connection, moved by hand.
package final class ScriptedPeer {
    /// Why nothing more will be heard.
    package enum End: Equatable, Sendable {
        /// FIN, after a close_notify where there is TLS.
        case closed
        /// FIN without close_notify.
        case truncated
        case failed(SystemError)
        case tls(TLSError)
    }

    /// Most bytes taken from the kernel in one step.
    private static let stepLimit = 4 * 1024 * 1024
    private static let pieceLimit = 64 * 1024

    private let calls = KernelCalls()
    private let descriptor: CInt
    private let tls: TLSSession?
    private let output: TLSOutput
    /// Plaintext that waits for the handshake.
    private var unsaid: [UInt8] = []
    /// Bytes that wait for the kernel.
    private var outbox: [UInt8] = []
    private var wantsFinish = false
    private var isOpen = true

    /// What was heard and not yet taken.
    package private(set) var received: [UInt8] = []
    /// Everything that was ever heard.
    package private(set) var heardCount = 0
    package private(set) var end: End?
    /// False leaves the other side's bytes with the kernel, as a stalled peer does.
    package var isReading = true

    /// Takes over a connected, non-blocking descriptor.
    package init(descriptor: CInt, tls: TLSContext? = nil, serverName: String? = nil) throws {
        let output = TLSOutput()
        self.descriptor = descriptor
        self.output = output
        // What is said must not wait for acknowledgements: tests move no real time.
        self.calls.setOption(descriptor, .noDelay(true))
        if let tls, let serverName {
            self.tls = try TLSSession(client: tls, serverName: serverName, port: 443, output: output)
        } else {
            self.tls = try tls.map { try TLSSession(server: $0, output: output) }
        }
        try self.tls?.start()
        self.collectOutput()
    }

    deinit {
        self.cut()
    }

    package var isSecured: Bool { self.tls?.isEstablished ?? true }
    /// Whether the kernel has everything that was said.
    package var hasSaidAll: Bool { self.outbox.isEmpty && self.unsaid.isEmpty }

    /// Makes the kernel hold little for this end, so that the other side is soon refused.
    package func shrinkBuffers(to count: Int = 4096) {
        self.calls.setOption(self.descriptor, .receiveBuffer(count))
        self.calls.setOption(self.descriptor, .sendBuffer(count))
    }

    // MARK: Saying

    /// Says bytes, as soon as the kernel and TLS take them.
    package func say(_ bytes: [UInt8]) {
        if let tls = self.tls {
            self.unsaid += bytes
            if tls.isEstablished { self.encrypt() }
        } else {
            self.outbox += bytes
        }
        self.flush()
    }

    /// Says text.
    package func say(_ text: String) {
        self.say(Array(text.utf8))
    }

    /// Says bytes past TLS, as somebody on the path would.
    package func sayOnWire(_ bytes: [UInt8]) {
        self.outbox += bytes
        self.flush()
    }

    /// Ends our direction in order: close_notify and FIN, behind all that was said.
    package func finish() {
        self.tls?.close()
        self.collectOutput()
        self.finishWithoutNotice()
    }

    /// Ends our direction with FIN alone (`robustness.md` F9).
    package func finishWithoutNotice() {
        self.wantsFinish = true
        self.flush()
    }

    /// Closes the socket; unread input makes the kernel reset the connection.
    package func cut() {
        guard self.isOpen else { return }
        self.isOpen = false
        self.calls.close(self.descriptor)
    }

    /// Resets the connection.
    package func reset() {
        guard self.isOpen else { return }
        self.calls.setOption(self.descriptor, .lingerSeconds(0))
        self.cut()
    }

    // MARK: Hearing

    /// Does what can be done now.
    package func step() {
        guard self.isOpen else { return }
        self.flush()
        var count = 0
        while self.isReading, self.end == nil, count < Self.stepLimit {
            let taken = self.hear()
            guard taken > 0 else { break }
            count += taken
        }
        self.flush()
    }

    /// Takes the first bytes that were heard, or nil while fewer have come.
    package func take(_ count: Int) -> [UInt8]? {
        guard self.received.count >= count else { return nil }
        let taken = Array(self.received[..<count])
        self.received.removeFirst(count)
        return taken
    }

    /// Takes everything that was heard.
    package func takeAll() -> [UInt8] {
        let taken = self.received
        self.received = []
        return taken
    }

    /// What was heard, as text.
    package var text: String { String(decoding: self.received, as: UTF8.self) }

    private func hear() -> Int {
        var piece = [UInt8](repeating: 0, count: Self.pieceLimit)
        let result = unsafe piece.withUnsafeMutableBytes { unsafe self.calls.receive(self.descriptor, $0) }
        switch result {
        case .failed(let error):
            if !error.meansTryLater { self.end = .failed(error) }
            return 0
        case .done(0):
            switch self.tls?.transportEnded() {
            case .clean, nil: self.end = .closed
            case .truncated, .duringHandshake: self.end = .truncated
            }
            return 0
        case .done(let count):
            if self.tls != nil {
                self.decrypt(Array(piece[..<count]))
            } else {
                self.hear(piece[..<count])
            }
            return count
        }
    }

    private func hear(_ bytes: ArraySlice<UInt8>) {
        self.received += bytes
        self.heardCount += bytes.count
    }

    private func decrypt(_ wire: [UInt8]) {
        guard let tls = self.tls else { return }
        var plaintext = [UInt8](repeating: 0, count: 2 * Self.pieceLimit)
        var offset = 0
        var more = true
        while more {
            do {
                let progress = try unsafe wire[offset...].withUnsafeBytes { source in
                    try unsafe plaintext.withUnsafeMutableBytes { target in
                        try unsafe tls.receive(source, into: target)
                    }
                }
                self.collectOutput()
                offset += progress.wireConsumed
                self.hear(plaintext[..<progress.plaintextCount])
                if progress.handshakeCompleted { self.encrypt() }
                more = progress.mayHaveMore && !progress.peerClosed
            } catch {
                self.collectOutput()
                self.end = .tls(error as? TLSError ?? .internalError("\(error)"))
                return
            }
        }
    }

    // MARK: The kernel

    private func encrypt() {
        guard let tls = self.tls else { return }
        var rest = self.unsaid[...]
        self.unsaid = []
        while !rest.isEmpty {
            let piece = rest.prefix(Self.pieceLimit)
            rest = rest.dropFirst(piece.count)
            do {
                try unsafe piece.withUnsafeBytes { try unsafe tls.send($0) }
            } catch {
                self.end = .tls(error as? TLSError ?? .internalError("\(error)"))
                return
            }
            self.collectOutput()
        }
    }

    private func collectOutput() {
        self.outbox += unsafe self.output.withBytes { unsafe Array($0) }
        self.output.removeAll()
    }

    private func flush() {
        guard self.isOpen else { return }
        var sent = 0
        while sent < self.outbox.count {
            let result = unsafe self.outbox[sent...].withUnsafeBytes { unsafe self.calls.send(self.descriptor, $0) }
            guard case .done(let count) = result else { break }
            sent += count
        }
        self.outbox.removeFirst(sent)
        if self.wantsFinish, self.hasSaidAll {
            self.wantsFinish = false
            _ = self.calls.shutdown(self.descriptor, .sending)
        }
    }
}

@available(*, unavailable)
extension ScriptedPeer: Sendable {}
