// Faults on order: a model whose name asks for one misbehaves in exactly that way (table in README.md beside Models/).

/// What goes wrong with a model, if anything.
package enum FaultModel: Equatable, Sendable {
    /// The request or handshake is answered with this HTTP status and an error body.
    case refuse(Int)
    /// The request or handshake is never answered.
    case stallHandshake
    /// The first turn stops half-way and nothing follows, ever.
    case stallMidTurn
    /// The TCP connection is cut half-way through the first turn.
    case dropMidTurn
    /// The first turn ends half-way with a close frame of this code, also of codes nobody may send.
    case close(UInt16)
    /// Bytes that are no WebSocket frame (no JSON, on HTTP) half-way through the first turn.
    case garbage
    /// One delta of more than 1 MiB, so that every event that repeats the text is as large.
    case large
    /// Every event is a binary message.
    case binary
    /// Ten times slower than usual.
    case slow
    /// Every turn ends half-way with status `failed`.
    case failTurn
    /// After the first turn the session expires: `session_expired`, close 1001.
    case expire
    /// No usage is reported.
    case noUsage
    /// Every message comes back as it went in, text or binary; nothing else is sent.
    case echo
    /// A Gemini Live connection is told to go after so many seconds, and is ended soon after.
    case goAway(seconds: Int)

    /// Statuses that `sim-refuse-…` knows.
    package static let refusals = [400, 401, 403, 404, 429, 500, 502, 503]

    /// The fault that a model's name asks for.
    package init?(modelName: String) {
        switch modelName {
        case "sim-stall-handshake": self = .stallHandshake
        case "sim-stall-mid-turn": self = .stallMidTurn
        case "sim-drop-mid-turn": self = .dropMidTurn
        case "sim-garbage": self = .garbage
        case "sim-large": self = .large
        case "sim-binary": self = .binary
        case "sim-slow": self = .slow
        case "sim-fail-turn": self = .failTurn
        case "sim-expire": self = .expire
        case "sim-no-usage": self = .noUsage
        case "sim-echo": self = .echo
        default:
            if let status = Self.suffix(of: modelName, after: "sim-refuse-"), Self.refusals.contains(status) {
                self = .refuse(status)
            } else if let code = Self.suffix(of: modelName, after: "sim-close-"), (0...65_535).contains(code) {
                self = .close(UInt16(code))
            } else if let seconds = Self.suffix(of: modelName, after: "sim-go-away-"), seconds <= 3_600 {
                self = .goAway(seconds: seconds)
            } else {
                return nil
            }
        }
    }

    private static func suffix(of name: String, after prefix: String) -> Int? {
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard !digits.isEmpty, digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }
}
