// Frames, messages, compression and handshakes (RFC 6455, RFC 7692).

import WebSocketFraming

enum WebSocketTargets {
    private static let limits = WebSocketLimits(messageBytes: 2000, heldFrameBytes: 1 << 16, fragments: 10)

    /// Nor does it matter whether masks are taken off by the connection or afterwards.
    static func frames(_ input: [UInt8], piece: Int, asServer: Bool) -> Disagreement? {
        let role: Role = asServer ? .server : .client
        return .between(
            self.events(input, role, piece: input.count, compresses: false, leavesMasks: true),
            self.events(input, role, piece: piece, compresses: false)
        )
    }

    /// What is inflated does not depend on how the frames were cut; each cut has the room its own turns would have.
    static func compressedMessages(_ input: [UInt8], piece: Int) -> Disagreement? {
        .between(
            self.events(input, .server, piece: input.count, compresses: true),
            self.events(input, .server, piece: piece, compresses: true)
        )
    }

    private static func events(
        _ input: [UInt8],
        _ role: Role,
        piece: Int,
        compresses: Bool,
        leavesMasks: Bool = false
    ) -> String {
        var connection = WebSocketConnection(role: role, limits: self.limits, allowsCompression: compresses)
        connection.leavesMasks = leavesMasks
        var reader = MessageReader(limits: self.limits)
        var held: [UInt8] = []
        var position = 0
        while position < input.count, !reader.isOver {
            let next = min(input.count, position + max(1, piece))
            var buffer = held + input[position..<next]
            position = next
            let end = buffer.count
            var cursor = 0
            var span = buffer.mutableSpan
            while !reader.isOver {
                var received = connection.receive(&span, from: &cursor, to: end)
                if received == .needsMore { break }
                if case .message(var chunk) = received {
                    chunk.unmask(in: &span)
                    received = .message(chunk)
                }
                reader.take(received, in: span.span)
            }
            held = []
            for index in min(cursor, end)..<end { held.append(span[index]) }
        }
        return reader.events.joined(separator: " ")
    }

    static func deflateNegotiation(_ input: [UInt8]) -> Disagreement? {
        let offers = String(decoding: input, as: UTF8.self)
        for settings in [DeflateSettings(), DeflateSettings(allowsContextTakeover: true, windowBits: 10)] {
            _ = DeflateNegotiation.verify(offers, settings: settings)
            guard let agreement = DeflateNegotiation.accept(offers, settings: settings) else { continue }
            // Our own answer is always one that a client like us would take for sane.
            guard ExtensionList.parse(agreement.response)?.count == 1 else {
                return Disagreement(expected: "one extension", found: agreement.response)
            }
        }
        return nil
    }

    static func serverHandshake(_ input: [UInt8]) -> Disagreement? {
        let fields = input.split(separator: 10, maxSplits: 32).map { line in
            let parts = line.split(separator: 58, maxSplits: 1, omittingEmptySubsequences: false)
            return HandshakeField(
                String(decoding: parts.first ?? [], as: UTF8.self),
                String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self)
            )
        }
        guard case .success(let request) = ServerHandshake.evaluate(method: "GET", httpMinorVersion: 1, fields: fields)
        else { return nil }
        let bound = request.subprotocols.count <= ServerHandshake.maximumSubprotocols
        return .between("28 true", "\(request.acceptKey.utf8.count) \(bound)")
    }

    static func clientHandshake(_ input: [UInt8]) -> Disagreement? {
        let handshake = ClientHandshake(nonce: Array(0..<16), subprotocols: ["realtime"])
        let key = handshake.requestFields.first { $0.name.lowercased() == "sec-websocket-key" }?.value ?? ""
        let accept = AcceptKey.accept(for: key)
        let value = String(decoding: input, as: UTF8.self)
        for name in ["sec-websocket-accept", "sec-websocket-protocol", "sec-websocket-extensions", "connection"] {
            let fields = [
                HandshakeField("upgrade", "websocket"), HandshakeField("connection", "upgrade"),
                HandshakeField(name, value),
            ]
            // A fuzzer that watches comparisons finds the right key in seconds.
            if case .success = handshake.verify(status: 101, fields: fields), !value.contains(accept) {
                return Disagreement(expected: "a refusal without the right accept key", found: "success")
            }
        }
        return nil
    }
}

/// Writes down what a connection says, with messages joined and inflated.
private struct MessageReader: ~Copyable {
    var events: [String] = []
    var isOver = false
    private var content: [UInt8] = []
    private var inflation: MessageInflation
    private let pool = DeflatePool()

    init(limits: WebSocketLimits) {
        self.inflation = MessageInflation(.init(windowBits: 15, keepsContext: true), limits: limits)
    }

    mutating func take(_ received: Received, in bytes: Span<UInt8>) {
        switch received {
        case .needsMore: break
        case .finished: self.isOver = true
        case .message(let chunk): chunk.compressed ? self.inflate(chunk, bytes) : self.append(chunk, bytes)
        case .ping(let payload): self.events.append("ping\(payload.count)")
        case .pong(let payload): self.events.append("pong\(payload.count)")
        case .close(let code, let reason): self.events.append("close \(String(describing: code)) \(reason.count)")
        case .violation(let violation): self.events.append("\(violation)")
        }
    }

    private mutating func append(_ chunk: MessageChunk, _ bytes: Span<UInt8>) {
        for index in chunk.payload { self.content.append(bytes[index]) }
        guard chunk.isLast else { return }
        self.events.append("\(chunk.kind)\(self.content)")
        self.content = []
    }

    private mutating func inflate(_ chunk: MessageChunk, _ bytes: Span<UInt8>) {
        var cursor = chunk.payload.lowerBound
        var output = [UInt8](repeating: 0, count: 64)
        while true {
            var block = output.mutableSpan
            switch self.inflation.inflate(chunk, of: bytes, from: &cursor, into: &block, at: 3, pool: self.pool) {
            case .needsMore, .exhausted:
                return
            case .violation:
                // zlib may see corruption before or after a limit, but never differs in what it delivered before.
                self.isOver = true
                return
            case .message(let piece):
                self.content += output[piece.payload]
                guard piece.isLast else { continue }
                self.events.append("inflated \(self.content)")
                self.content = []
                return
            }
        }
    }
}
