// Looks at an upstream's events on their way, without holding them: finds each message's `type` wherever it stands
// (protocol: realtime §16), and keeps the bytes of the few events whose content matters. Binary messages are events, too,
// with some providers (§9).
//
// A message that came whole is looked at in place. One that comes in pieces is scanned piece by piece; only if its type
// is wanted are its bytes kept, up to `keptBytes`, beyond which it is known by its type and length alone.

import Dialects
import WebSocketFraming

/// What a tap saw when a message was complete.
enum TappedMessage: Equatable {
    /// What is no event.
    case noEvent
    /// An event, whole, at this range of the span that was given.
    case inPlace(RealtimeServerEventKind, Range<Int>)
    /// A wanted event, whole, that came in pieces.
    case kept(RealtimeServerEventKind, [UInt8])
    /// An event that came in pieces, known by its length.
    case passed(RealtimeServerEventKind, bytes: Int)
}

/// The tap on what an upstream sends.
///
/// It holds nothing but while a message is coming in pieces.
struct EventTap {
    /// The largest event that is kept although it came in pieces.
    static let keptBytes = 1024 * 1024

    private var partial: PartialMessage?

    /// What is kept of a message that is coming in pieces.
    var heldBytes: Int { self.partial?.pieces.count ?? 0 }

    /// Looks at a piece; answers when it was a message's last.
    @inline(__always)
    mutating func look(
        _ chunk: MessageChunk,
        in bytes: Span<UInt8>,
        _ recent: inout RecentHead<RealtimeServerEventKind>
    ) -> TappedMessage? {
        let piece = bytes.extracting(chunk.payload)
        guard chunk.isFirst, chunk.isLast else { return self.look(atPiece: piece, of: chunk) }
        guard let kind = recent.read(piece) else { return .noEvent }
        return .inPlace(kind, chunk.payload)
    }

    private mutating func look(atPiece piece: Span<UInt8>, of chunk: MessageChunk) -> TappedMessage? {
        if chunk.isFirst {
            self.partial = PartialMessage()
        }
        self.partial?.take(piece)
        guard chunk.isLast else { return nil }
        defer { self.partial = nil }
        return self.partial?.complete() ?? .noEvent
    }
}

/// What is known of a message that is coming in pieces.
private final class PartialMessage {
    private var scanner = EventTypeScanner()
    private(set) var pieces: [UInt8] = []
    private var isKeeping = true
    private var size = 0

    /// Keeps a piece as long as the message may still be wanted and is not too large.
    func take(_ piece: Span<UInt8>) {
        self.size += piece.count
        self.scanner.feed(piece)
        guard self.isKeeping else { return }
        switch self.scanner.state {
        case .searching: break
        case .found: self.isKeeping = self.scanner.type.map { RealtimeServerEventKind($0).isKept } ?? false
        case .absent, .notAnObject: self.isKeeping = false
        }
        guard self.isKeeping, self.pieces.count + piece.count <= EventTap.keptBytes else {
            self.isKeeping = false
            self.pieces = []
            return
        }
        unsafe piece.withUnsafeBytes { unsafe self.pieces.append(contentsOf: $0) }
    }

    func complete() -> TappedMessage {
        self.scanner.finish()
        guard let type = self.scanner.type else { return .noEvent }
        let kind = RealtimeServerEventKind(type)
        return self.isKeeping ? .kept(kind, self.pieces) : .passed(kind, bytes: self.size)
    }
}
