// Looks at a client's events before they go upstream, and keeps back those that have to be decided about: what asks for a
// response, and what names a model.
//
// An event that came whole is looked at where it stands. One that comes in pieces is held until its type is known, and
// to its end if it has to be decided about; audio, the bulk, is known by its first bytes and goes on as it comes. A type
// that stands behind more than `heldBytes` is found when those are gone: a response is then cancelled right behind it,
// and what cannot be cancelled is never completed.
//
// Where the key may not use every model, or a secret binds the session (`isStrict`), an event must also be what its type
// says: a second `type` could mean another event to the provider (robustness G7, G10).

import Dialects
import WebSocketFraming

/// What is to be done with a piece of a client's message.
enum ClientLook: Equatable {
    /// It goes on; with what the event was, when this was its last piece.
    case pass(HeardEvent?)
    /// What was held goes on as the beginning of the message, then the piece.
    case release([UInt8], HeardEvent?)
    case hold
    /// A whole event at this range: to be decided about before it goes on.
    case decide(RealtimeClientEventKind, Range<Int>)
    /// A whole event that was held.
    case decideHeld(RealtimeClientEventKind, [UInt8])
    /// The last piece goes on; then a response that should have been decided about has been asked for.
    case late(HeardEvent)
    /// The event does not go on.
    case refuse(ClientTapRefusal)
    /// The rest of an event that was refused.
    case drop
    /// A part went upstream of what must not be completed.
    case abort
}

/// An event that went on.
struct HeardEvent: Equatable {
    let kind: RealtimeClientEventKind
    let bytes: Int
}

/// Why an event does not go on.
enum ClientTapRefusal: Equatable {
    case tooLarge
    /// No JSON object with exactly one type.
    case unreadable
}

/// The tap on what a client sends.
///
/// It holds nothing but while a message is coming in pieces.
struct ClientTap {
    /// The largest event that is held back to be decided about.
    static let heldBytes = 1024 * 1024

    private var partial: PartialEvent?

    /// What is held of a message that is coming in pieces.
    var heldBytes: Int { self.partial?.held.count ?? 0 }

    mutating func look(
        _ chunk: MessageChunk,
        in bytes: Span<UInt8>,
        _ recent: inout RecentHead<RealtimeClientEventKind>,
        isStrict: Bool
    ) -> ClientLook {
        let piece = bytes.extracting(chunk.payload)
        if chunk.isFirst, chunk.isLast {
            return Self.judge(piece, chunk, recent.read(piece), isStrict: isStrict)
        }
        if chunk.isFirst {
            self.partial = PartialEvent(isStrict: isStrict, isText: chunk.kind == .text)
        }
        guard let partial = self.partial else { return .pass(nil) }
        if chunk.isLast { self.partial = nil }
        return partial.take(piece, isLast: chunk.isLast)
    }

    private static func judge(
        _ piece: Span<UInt8>,
        _ chunk: MessageChunk,
        _ kind: RealtimeClientEventKind?,
        isStrict: Bool
    ) -> ClientLook {
        guard let kind else {
            return isStrict && chunk.kind == .text ? .refuse(.unreadable) : .pass(nil)
        }
        if isStrict, !RealtimeClientEvent.isUnambiguous(piece) { return .refuse(.unreadable) }
        if kind.isDecided(isStrict: isStrict) { return .decide(kind, chunk.payload) }
        return .pass(HeardEvent(kind: kind, bytes: piece.count))
    }
}

extension RealtimeClientEventKind {
    /// Whether such an event waits for a decision.
    func isDecided(isStrict: Bool) -> Bool {
        switch self {
        case .turn, .settings: true
        case .unknown: isStrict
        case .audio, .item, .plain: false
        }
    }
}

/// A message that is coming in pieces.
private final class PartialEvent {
    private enum State {
        /// The type is not known yet; everything is held.
        case undecided
        /// Held to its end.
        case holding(RealtimeClientEventKind)
        /// Goes on as it comes.
        case passing(RealtimeClientEventKind?)
        /// Goes on although its type is not known: there was too much of it.
        case unknown
        /// Its type was found when much of it was gone.
        case late(RealtimeClientEventKind)
        case dropping
    }

    private var state = State.undecided
    private var scanner = EventTypeScanner()
    private let isStrict: Bool
    private let isText: Bool
    private(set) var held: [UInt8] = []
    private var size = 0

    init(isStrict: Bool, isText: Bool) {
        self.isStrict = isStrict
        self.isText = isText
    }

    func take(_ piece: Span<UInt8>, isLast: Bool) -> ClientLook {
        self.size += piece.count
        switch self.state {
        case .undecided: return self.search(piece, isLast: isLast)
        case .holding(let kind): return self.hold(kind, piece, isLast: isLast)
        case .passing(let kind):
            if self.isStrict {
                self.scanner.feed(piece)
                if self.scanner.state == .found { return .abort }
            }
            return .pass(self.heard(kind, isLast))
        case .unknown:
            self.scanner.feed(piece)
            guard let type = self.scanner.type else { return .pass(nil) }
            let kind = RealtimeClientEventKind(type)
            if kind == .settings { return .abort }
            self.state = .late(kind)
            return self.pass(late: kind, isLast)
        case .late(let kind): return self.pass(late: kind, isLast)
        case .dropping: return .drop
        }
    }

    private func heard(_ kind: RealtimeClientEventKind?, _ isLast: Bool) -> HeardEvent? {
        guard isLast, let kind else { return nil }
        return HeardEvent(kind: kind, bytes: self.size)
    }

    private func pass(late kind: RealtimeClientEventKind, _ isLast: Bool) -> ClientLook {
        guard isLast else { return .pass(nil) }
        let heard = HeardEvent(kind: kind, bytes: self.size)
        return kind == .turn ? .late(heard) : .pass(heard)
    }

    private func search(_ piece: Span<UInt8>, isLast: Bool) -> ClientLook {
        self.scanner.feed(piece)
        if isLast { self.scanner.finish() }
        switch self.scanner.state {
        case .searching:
            guard self.held.count + piece.count > ClientTap.heldBytes else {
                self.keep(piece)
                return .hold
            }
            guard !self.isStrict else { return self.refuse(.tooLarge) }
            self.state = .unknown
            return self.release(nil)
        case .found:
            guard let type = self.scanner.type else { return .pass(nil) }
            let kind = RealtimeClientEventKind(type)
            if kind.isDecided(isStrict: self.isStrict) {
                self.state = .holding(kind)
                return self.hold(kind, piece, isLast: isLast)
            }
            self.state = .passing(kind)
            if self.isStrict {
                self.scanner.seekAnother()
                self.scanner.feed(piece.extracting(self.scanner.consumed...))
                if self.scanner.state == .found { return self.refuse(.unreadable) }
            }
            return self.release(self.heard(kind, isLast))
        case .absent, .notAnObject:
            if self.isStrict, self.isText { return self.refuse(.unreadable) }
            self.state = .passing(nil)
            return self.release(nil)
        }
    }

    private func hold(_ kind: RealtimeClientEventKind, _ piece: Span<UInt8>, isLast: Bool) -> ClientLook {
        guard self.held.count + piece.count <= ClientTap.heldBytes else { return self.refuse(.tooLarge) }
        self.keep(piece)
        guard isLast else { return .hold }
        let held = self.held
        if self.isStrict, !RealtimeClientEvent.isUnambiguous(held.span) { return .refuse(.unreadable) }
        return .decideHeld(kind, held)
    }

    private func keep(_ piece: Span<UInt8>) {
        unsafe piece.withUnsafeBytes { unsafe self.held.append(contentsOf: $0) }
    }

    private func release(_ heard: HeardEvent?) -> ClientLook {
        defer { self.held = [] }
        return self.held.isEmpty ? .pass(heard) : .release(self.held, heard)
    }

    private func refuse(_ reason: ClientTapRefusal) -> ClientLook {
        self.held = []
        self.state = .dropping
        return .refuse(reason)
    }
}
