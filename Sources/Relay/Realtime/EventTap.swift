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

/// The direction that a tap looks at, and with it the events whose content matters there.
enum TappedDirection {
    case fromClient
    case fromUpstream

    /// Whether any event's content matters, so that a message whose type is not yet known must be kept.
    var wantsAny: Bool { self == .fromUpstream }

    /// The two usage taps (protocol: realtime §7).
    func wants(_ type: EventType) -> Bool {
        switch self {
        case .fromClient:
            false
        case .fromUpstream:
            type.matches("response.done") || type.matches("conversation.item.input_audio_transcription.completed")
        }
    }
}

/// The tap on one direction of a session.
///
/// It holds nothing but while a message is coming in pieces.
struct EventTap {
    /// The largest event that is kept although it came in pieces.
    static let keptBytes = 1024 * 1024

    private let direction: TappedDirection
    private var partial: PartialMessage?

    init(_ direction: TappedDirection) {
        self.direction = direction
    }

    /// What is kept of a message that is coming in pieces.
    var heldBytes: Int { self.partial?.pieces.count ?? 0 }

    /// Looks at a piece; answers when it was a message's last.
    mutating func look(_ chunk: MessageChunk, in bytes: Span<UInt8>) -> TappedMessage? {
        guard chunk.kind == .text else { return chunk.isLast ? .passed(nil) : nil }
        let piece = bytes.extracting(chunk.payload)
        if chunk.isFirst, chunk.isLast {
            guard let type = EventTypeScanner.type(of: piece) else { return .passed(nil) }
            return self.direction.wants(type) ? .inPlace(type, chunk.payload) : .passed(type)
        }
        if chunk.isFirst {
            self.partial = PartialMessage(self.direction)
        }
        self.partial?.take(piece)
        guard chunk.isLast else { return nil }
        defer { self.partial = nil }
        return self.partial?.complete() ?? .passed(nil)
    }
}

/// What is known of a message that is coming in pieces.
private final class PartialMessage {
    private let direction: TappedDirection
    private var scanner = EventTypeScanner()
    private(set) var pieces: [UInt8] = []
    private var isKeeping: Bool

    init(_ direction: TappedDirection) {
        self.direction = direction
        self.isKeeping = direction.wantsAny
    }

    /// Keeps a piece as long as the message may still be wanted and is not too large.
    func take(_ piece: Span<UInt8>) {
        self.scanner.feed(piece)
        guard self.isKeeping else { return }
        switch self.scanner.state {
        case .searching: break
        case .found: self.isKeeping = self.scanner.type.map(self.direction.wants) ?? false
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
        guard let type = self.scanner.type, self.isKeeping else { return .passed(self.scanner.type) }
        return .kept(type, self.pieces)
    }
}
