// The types, sizes and times of a session's messages while somebody looks on. It is made when somebody asks and let go when
// nobody has asked for a while, so that a session that nobody watches costs one look at a nil. Content is never kept.

import Dialects
import SessionCore
import WebSocketFraming

/// The latest messages of one session.
final class SessionTrace {
    /// The most that are told.
    static let limit = 500
    /// How long it goes on after it was last asked for.
    static let patienceNanoseconds: Int64 = 15_000_000_000

    /// A message that is coming in pieces.
    private struct Side {
        var scanner = EventTypeScanner()
        var bytes = 0
    }

    private let startedAt: Int64
    private var client = Side()
    private var upstream = Side()
    private var events: [SessionEvent] = []
    private var count = 0
    private var until: Int64

    /// `startedAt` is when the session began; times are monotonic, in nanoseconds.
    init(startedAt: Int64, now: Int64) {
        self.startedAt = startedAt
        self.until = now + Self.patienceNanoseconds
    }

    /// Whether nobody has asked for so long that it is to be let go.
    func isForgotten(now: Int64) -> Bool { now >= self.until }

    /// The latest messages, oldest first; whoever asks goes on watching.
    func tell(now: Int64) -> [SessionEvent] {
        self.until = now + Self.patienceNanoseconds
        return Array(self.events.suffix(Self.limit))
    }

    /// Notes a piece of a message.
    func note(_ chunk: MessageChunk, fromClient isFromClient: Bool, in bytes: Span<UInt8>, now: Int64) {
        let piece = bytes.extracting(chunk.payload)
        let done = isFromClient ? Self.take(piece, chunk, &self.client) : Self.take(piece, chunk, &self.upstream)
        guard let done else { return }
        self.count += 1
        // Twice the limit before any is dropped: dropping moves all others.
        if self.events.count >= 2 * Self.limit { self.events.removeFirst(Self.limit) }
        self.events.append(
            SessionEvent(
                number: self.count,
                isFromClient: isFromClient,
                type: Self.name(done.type),
                bytes: done.bytes,
                milliseconds: max(0, now - self.startedAt) / 1_000_000
            )
        )
    }

    private static func take(
        _ piece: Span<UInt8>,
        _ chunk: MessageChunk,
        _ side: inout Side
    ) -> (type: EventType?, bytes: Int)? {
        if chunk.isFirst { side = Side() }
        side.scanner.feed(piece)
        side.bytes += piece.count
        guard chunk.isLast else { return nil }
        return (side.scanner.type, side.bytes)
    }

    /// A type is a name; whatever else stands in its place might be content.
    private static func name(_ type: EventType?) -> String {
        guard let text = type?.text,
            text.utf8.allSatisfy({ Base62.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") })
        else { return "" }
        return text
    }
}
