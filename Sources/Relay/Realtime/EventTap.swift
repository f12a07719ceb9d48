// Looks at the events of one direction on their way, without holding them: finds each message's `type` wherever it
// stands (protocol: realtime §16), and keeps the bytes of the few events whose content matters.
//
// A message that came whole is looked at in place. One that comes in pieces is scanned piece by piece; only if its type
// is wanted are its bytes kept, up to `keptBytes`, beyond which it is known by its type alone.

import Dialects
import WebSocketFraming

/// What a tap saw when a message was complete.
enum TappedMessage: Equatable {
    /// Not an event whose content matters; the type is nil for binary messages and for what is no event.
    case passed(EventType?)
    /// A wanted event, whole, at this range of the span that was given.
    case inPlace(EventType, Range<Int>)
    /// A wanted event, whole, that came in pieces.
    case kept(EventType, [UInt8])
}

/// The tap on one direction of a session.
struct EventTap {
    /// The largest event that is kept although it came in pieces.
    static let keptBytes = 1024 * 1024

    /// Whether the content of an event of this type matters.
    private let isWanted: (EventType) -> Bool
    private var scanner = EventTypeScanner()
    /// The pieces so far of a message that is not whole, while it may be wanted.
    private var pieces: [UInt8] = []
    private var isKeeping = false

    init(isWanted: @escaping (EventType) -> Bool) {
        self.isWanted = isWanted
    }

    /// Looks at a piece; answers when it was a message's last.
    mutating func look(_ chunk: MessageChunk, in bytes: Span<UInt8>) -> TappedMessage? {
        guard chunk.kind == .text else { return chunk.isLast ? .passed(nil) : nil }
        let piece = bytes.extracting(chunk.payload)
        if chunk.isFirst, chunk.isLast {
            guard let type = EventTypeScanner.type(of: piece) else { return .passed(nil) }
            return self.isWanted(type) ? .inPlace(type, chunk.payload) : .passed(type)
        }
        if chunk.isFirst {
            self.scanner.reset()
            self.pieces = []
            self.isKeeping = true
        }
        self.scanner.feed(piece)
        self.keep(piece)
        return chunk.isLast ? self.complete() : nil
    }

    /// Keeps a piece as long as the message may still be wanted and is not too large.
    private mutating func keep(_ piece: Span<UInt8>) {
        guard self.isKeeping else { return }
        if let type = self.scanner.type {
            self.isKeeping = self.isWanted(type)
        } else if self.scanner.state != .searching {
            self.isKeeping = false
        }
        guard self.isKeeping, self.pieces.count + piece.count <= Self.keptBytes else {
            self.isKeeping = false
            self.pieces = []
            return
        }
        unsafe piece.withUnsafeBytes { unsafe self.pieces.append(contentsOf: $0) }
    }

    private mutating func complete() -> TappedMessage {
        self.scanner.finish()
        let type = self.scanner.type
        defer {
            self.pieces = []
            self.isKeeping = false
        }
        guard let type, self.isKeeping else { return .passed(type) }
        return .kept(type, self.pieces)
    }
}
