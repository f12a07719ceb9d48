// Plays the I/O side of a connection: keeps what was not consumed, offers it again with more behind it, at a place in
// the buffer that changes from call to call, and writes down what came out.

import Testing
import WebSocketFraming

/// What came out of a connection, with the chunks of a message joined.
enum Event: Equatable {
    case message(MessageKind, [UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16?, String)
    case violation(WebSocketViolation)
}

/// Feeds bytes to a connection in pieces.
struct Feeder: ~Copyable {
    var connection: WebSocketConnection
    private(set) var events: [Event] = []
    /// All chunks, their ranges made relative to nothing: payload, first, last.
    private(set) var chunks: [Chunk] = []
    private(set) var isFinished = false
    /// The most bytes ever kept between two calls.
    private(set) var mostHeld = 0
    private var held: [UInt8] = []
    private var open: (kind: MessageKind, bytes: [UInt8])?
    private var calls = 0

    struct Chunk: Equatable {
        var payload: [UInt8]
        var isFirst: Bool
        var isLast: Bool
    }

    init(
        _ role: Role,
        limits: WebSocketLimits = WebSocketLimits(),
        allowsCompression: Bool = false,
        leavesMasks: Bool = false
    ) {
        self.connection = WebSocketConnection(role: role, limits: limits, allowsCompression: allowsCompression)
        self.connection.leavesMasks = leavesMasks
    }

    mutating func feed(_ piece: some Sequence<UInt8>) {
        // The offset moves with each call: positions must not be remembered across calls.
        let offset = self.calls % 7
        self.calls += 1
        var buffer = [UInt8](repeating: 0xEE, count: offset) + self.held + piece
        let end = buffer.count
        buffer += [0xEE, 0xEE, 0xEE]
        var cursor = offset
        var bytes = buffer.mutableSpan
        while true {
            let before = cursor
            let received = self.connection.receive(&bytes, from: &cursor, to: end)
            #expect(cursor >= before && cursor <= end)
            switch received {
            case .needsMore:
                self.keep(bytes.span, cursor..<end)
                return
            case .finished:
                #expect(cursor == end)
                self.isFinished = true
                self.held = []
                return
            case .message(var chunk):
                chunk.unmask(in: &bytes)
                self.note(chunk, Self.copy(bytes.span, chunk.payload))
            case .ping(let payload): self.events.append(.ping(Self.copy(bytes.span, payload)))
            case .pong(let payload): self.events.append(.pong(Self.copy(bytes.span, payload)))
            case .close(let code, let reason):
                let text = String(decoding: Self.copy(bytes.span, reason), as: UTF8.self)
                self.events.append(.close(code?.rawValue, text))
            case .violation(let violation): self.events.append(.violation(violation))
            }
        }
    }

    private mutating func keep(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self.held = Self.copy(bytes, range)
        self.mostHeld = max(self.mostHeld, self.held.count)
        // Nothing of ours may be written behind the end.
        #expect(bytes[range.upperBound] == 0xEE)
    }

    private mutating func note(_ chunk: MessageChunk, _ payload: [UInt8]) {
        self.chunks.append(Chunk(payload: payload, isFirst: chunk.isFirst, isLast: chunk.isLast))
        #expect(chunk.isFirst == (self.open == nil))
        let bytes = (self.open?.bytes ?? []) + payload
        #expect(self.open == nil || self.open?.kind == chunk.kind)
        if chunk.isLast {
            self.events.append(.message(chunk.kind, bytes))
            self.open = nil
        } else {
            self.open = (chunk.kind, bytes)
        }
    }

    private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        range.map { bytes[$0] }
    }

    /// The events of one input in one piece.
    static func events(
        _ role: Role,
        _ input: [UInt8],
        limits: WebSocketLimits = WebSocketLimits(),
        allowsCompression: Bool = false
    ) -> [Event] {
        var feeder = Feeder(role, limits: limits, allowsCompression: allowsCompression)
        feeder.feed(input)
        return feeder.events
    }

    /// Expects the same events whole, byte by byte, at every split, and with every frame cut through.
    static func expect(
        _ expected: [Event],
        _ role: Role,
        _ input: [UInt8],
        limits: WebSocketLimits = WebSocketLimits(),
        allowsCompression: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var passing = limits
        passing.heldFrameBytes = 0
        for limits in [limits, passing] {
            for leavesMasks in [false, true] {
                var whole = Feeder(
                    role,
                    limits: limits,
                    allowsCompression: allowsCompression,
                    leavesMasks: leavesMasks
                )
                whole.feed(input)
                #expect(whole.events == expected, "masks left: \(leavesMasks)", sourceLocation: sourceLocation)
            }
            var bytewise = Feeder(role, limits: limits, allowsCompression: allowsCompression)
            for byte in input { bytewise.feed([byte]) }
            #expect(bytewise.events == expected, sourceLocation: sourceLocation)
            for split in 0...min(input.count, 300) {
                var halves = Feeder(role, limits: limits, allowsCompression: allowsCompression)
                halves.feed(input[..<split])
                halves.feed(input[split...])
                #expect(halves.events == expected, "split at \(split)", sourceLocation: sourceLocation)
            }
        }
    }
}

let bothRoles: [Role] = [.client, .server]

extension WebSocketConnection {
    /// Frames a payload in a buffer of its own and answers the frame's bytes.
    mutating func framed(
        _ kind: MessageKind,
        _ payload: [UInt8],
        isFirst: Bool = true,
        isLast: Bool = true,
        compressed: Bool = false,
        room: Int = 14
    ) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0xEE, count: room) + payload
        let chunk = MessageChunk(
            kind: kind,
            isFirst: isFirst,
            isLast: isLast,
            payload: room..<buffer.count,
            compressed: compressed
        )
        var bytes = buffer.mutableSpan
        guard let start = self.frame(chunk, in: &bytes, maskingKey: sampleKeyWord) else { return nil }
        return Array(buffer[start...])
    }
}
