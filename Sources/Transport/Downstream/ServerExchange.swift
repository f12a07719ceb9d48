// One request and its answer. A service reads the body if it wants it, and answers whole, in pieces, or by an upgrade.
//
// Small pieces of an answer that are written in one turn leave together at its end, head and last chunk included: each
// would cost a system call, and a packet, of its own.

package import EventLoop
package import HTTPFraming
package import WebSocketFraming

/// Why a body could not be had.
package enum RequestBodyFailure: Error, Equatable, Sendable {
    case tooLarge
    case refused(HTTPRefusal)
    case clientGone
}

/// One HTTP exchange on a client connection.
///
/// Loop-bound.
package final class ServerExchange {
    private enum Answer {
        case none
        /// Head sent; pieces follow.
        case streaming(StreamFraming)
        case done
    }

    /// How the end of a body that is sent in pieces is told (RFC 9112 §6).
    private enum StreamFraming {
        case chunked
        case length
        case untilClose
    }

    package let head: RequestHead
    package let peer: SocketAddress
    package let isSecure: Bool
    /// Called when the client went away before the answer was complete.
    package var onClientGone: (() -> Void)?
    /// Called when bytes that had waited for the client are all sent.
    package var onDrained: (() -> Void)?
    /// Fields that the answer has besides its own, whoever gives it.
    package var standingFields = HeaderFields()
    private let channel: Channel
    /// Nil once the connection is gone; the exchange may outlive it while the service still holds it.
    private weak var connection: ServerConnection?
    private var answer = Answer.none
    private var body: [UInt8] = []
    private var bodyLimit = 0
    private var isBodyComplete: Bool
    private var isBodyTooLarge = false
    private var bodyContinuation: ((Result<[UInt8], RequestBodyFailure>) -> Void)?
    /// What leaves at the end of this turn, or as soon as there are `stagedLimit` bytes of it.
    private var staged: [UInt8] = []
    private var isTurnRequested = false
    private static let stagedLimit = 16 * 1024

    init(head: RequestHead, connection: ServerConnection) {
        self.head = head
        self.peer = connection.peer
        self.isSecure = connection.channel.isSecure
        self.channel = connection.channel
        self.connection = connection
        self.isBodyComplete = head.body == .none
    }

    /// Behind a refused upgrade nothing may be read as a request: it was meant for another protocol (`robustness.md` B7).
    private var canKeepAlive: Bool {
        !self.head.isUpgrade && (self.connection?.canKeepAlive(self.head) ?? false)
    }
    package var context: TransportContext { self.channel.context }
    /// Whether the kernel refused bytes of the answer that still wait.
    package var isCongested: Bool { !self.isDone && self.channel.isCongested }
    package var isDone: Bool {
        if case .done = self.answer { return true }
        return false
    }
    /// Whether the head of the answer is sent, after which no other status can be told.
    package var hasBegun: Bool {
        if case .none = self.answer { return false }
        return true
    }

    // MARK: The request's body

    /// Collects the whole body, at most `limit` bytes of it, and calls `then` once.
    package func readBody(limit: Int, then: @escaping (Result<[UInt8], RequestBodyFailure>) -> Void) {
        guard !self.isDone else {
            then(.failure(.clientGone))
            return
        }
        if case .length(let count) = self.head.body, count > limit {
            then(.failure(.tooLarge))
            return
        }
        if self.isBodyTooLarge || self.body.count > limit {
            then(.failure(.tooLarge))
            return
        }
        if self.isBodyComplete {
            then(.success(self.body))
            return
        }
        self.bodyLimit = limit
        self.bodyContinuation = then
        if self.head.expectsContinue {
            self.connection?.sendContinue()
        }
    }

    func takeBody(_ piece: Span<UInt8>) {
        guard self.bodyContinuation != nil else {
            // Not asked for yet (admission is under way) or never: only a bounded part is kept.
            self.keep(piece, limit: self.context.limits.requestBodyBytes)
            return
        }
        self.keep(piece, limit: self.bodyLimit)
    }

    private func keep(_ piece: Span<UInt8>, limit: Int) {
        guard !self.isDone, !self.isBodyTooLarge else { return }
        guard self.body.count + piece.count <= limit else {
            self.isBodyTooLarge = true
            self.body = []
            self.endBody(.failure(.tooLarge))
            return
        }
        unsafe piece.withUnsafeBytes { unsafe self.body.append(contentsOf: $0) }
    }

    func bodyEnded() {
        self.isBodyComplete = true
        self.endBody(.success(self.body))
    }

    /// Tells a waiting service that the body will not come; false when nobody waits.
    func failBody(_ refusal: HTTPRefusal) -> Bool {
        guard self.bodyContinuation != nil else { return false }
        self.endBody(.failure(.refused(refusal)))
        return true
    }

    private func endBody(_ result: Result<[UInt8], RequestBodyFailure>) {
        guard let then = self.bodyContinuation else { return }
        self.bodyContinuation = nil
        self.body = []
        then(result)
    }

    // MARK: The answer

    /// Nothing is told to the service any more; what it gave us to call may hold on to it, and it to us.
    private func settle() {
        self.answer = .done
        self.onClientGone = nil
        self.onDrained = nil
        self.bodyContinuation = nil
    }

    /// Sends a whole answer.
    package func respond(_ answer: HTTPAnswer) {
        guard !self.hasBegun else { return }
        self.settle()
        let keepAlive = self.canKeepAlive
        var fields = answer.fields
        fields.append(contentsOf: self.standingFields)
        // RFC 9110 §8.6: not with a status that has no content.
        if answer.status != 204 { fields.append("content-length", "\(answer.body.count)") }
        fields.append("connection", keepAlive ? "keep-alive" : "close")
        var bytes = HeadSerializer.response(status: answer.status, fields: fields)
        if self.head.method != .head {
            bytes.append(contentsOf: answer.body)
        }
        self.channel.write(bytes)
        self.connection?.answered(keepAlive: keepAlive)
    }

    /// Sends the head of an answer whose body follows in pieces; `length` when it is known how long that is.
    package func begin(status: Int, fields: HeaderFields, length: Int? = nil) {
        guard !self.hasBegun else { return }
        let framing: StreamFraming = length != nil ? .length : self.head.minorVersion >= 1 ? .chunked : .untilClose
        var fields = fields
        fields.append(contentsOf: self.standingFields)
        switch framing {
        case .chunked: fields.append("transfer-encoding", "chunked")
        case .length: fields.append("content-length", "\(length ?? 0)")
        case .untilClose: break
        }
        fields.append("connection", framing != .untilClose && self.canKeepAlive ? "keep-alive" : "close")
        self.answer = .streaming(framing)
        self.stage(HeadSerializer.response(status: status, fields: fields))
    }

    /// Sends a piece of the body.
    package func write(_ piece: Span<UInt8>) {
        guard case .streaming(let framing) = self.answer, !piece.isEmpty, self.head.method != .head else { return }
        let isChunked = framing == .chunked
        if isChunked { self.staged.append(contentsOf: ChunkedEncoder.header(count: piece.count)) }
        if self.staged.count + piece.count < Self.stagedLimit {
            unsafe piece.withUnsafeBytes { unsafe self.staged.append(contentsOf: $0) }
        } else {
            self.flush()
            self.channel.write(piece)
        }
        if isChunked { self.staged.append(contentsOf: [0x0D, 0x0A]) }
        self.requestTurn()
    }

    private func stage(_ bytes: [UInt8]) {
        if self.staged.isEmpty {
            self.staged = bytes
        } else {
            self.staged.append(contentsOf: bytes)
        }
        self.requestTurn()
    }

    private func requestTurn() {
        guard !self.isTurnRequested, !self.staged.isEmpty else { return }
        self.isTurnRequested = true
        self.context.loop.atEndOfTurn(self)
    }

    private func flush() {
        guard !self.staged.isEmpty else { return }
        self.channel.write(self.staged)
        self.staged.removeAll(keepingCapacity: true)
    }

    /// Ends an answer that was sent in pieces.
    package func finish() {
        guard case .streaming(let framing) = self.answer else { return }
        self.settle()
        if framing == .chunked, self.head.method != .head {
            self.staged.append(contentsOf: ChunkedEncoder.terminator)
        }
        self.flush()
        self.connection?.answered(keepAlive: framing != .untilClose && self.canKeepAlive)
    }

    /// Cuts the connection because the answer cannot be completed.
    package func abort() {
        guard !self.isDone else { return }
        self.settle()
        self.flush()
        self.connection?.cut()
    }

    /// Answers 101 and makes the connection a WebSocket leg, which must be given a handler and started.
    package func upgrade(
        fields: HeaderFields,
        limits: WebSocketLimits,
        deflate: DeflateParameters? = nil
    ) -> WebSocketLeg? {
        guard !self.hasBegun, let connection = self.connection else { return nil }
        self.settle()
        self.channel.write(HeadSerializer.response(status: 101, fields: fields))
        let channel = connection.release()
        return WebSocketLeg(channel: channel, role: .server, limits: limits, deflate: deflate)
    }

    // MARK: Told by the connection

    func drained() {
        self.onDrained?()
    }

    func clientGone() {
        guard !self.isDone else { return }
        let (gone, body) = (self.onClientGone, self.bodyContinuation)
        self.settle()
        body?(.failure(.clientGone))
        gone?()
    }
}

extension ServerExchange: TurnHandler {
    package func endOfTurn() {
        self.isTurnRequested = false
        self.flush()
    }
}
