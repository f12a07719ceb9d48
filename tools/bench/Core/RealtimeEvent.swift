// What the messages say: events of the realtime API, padded to the size asked for, so that a relay which looks at
// events has something to look at. Each carries sixteen digits that name it: its session and its number in the session.
//
// The longest of three shapes that fits the size is taken; what is left is filled with base64 digits, as audio would.

/// The text of one kind of message at one size.
package struct RealtimeEvent: Sendable, Equatable {
    package enum Kind: Sendable, CaseIterable {
        /// Upstream to client.
        case audioDelta
        /// Client to upstream.
        case audioAppend
        /// The first message of a client, by which the upstream learns which session it is.
        case sessionUpdate
        /// The answer to it.
        case sessionUpdated

        var type: String {
            switch self {
            case .audioDelta: "response.output_audio.delta"
            case .audioAppend: "input_audio_buffer.append"
            case .sessionUpdate: "session.update"
            case .sessionUpdated: "session.updated"
            }
        }

        /// The member that carries the audio.
        var dataName: String {
            switch self {
            case .audioDelta: "delta"
            case .audioAppend: "audio"
            case .sessionUpdate, .sessionUpdated: "instructions"
            }
        }
    }

    /// No event is shorter.
    package static let minimumSize = 64
    /// Bytes of the two messages that open a session.
    package static let openingSize = 128

    /// The digits of session and number are zeros here.
    package let bytes: [UInt8]
    /// Where those sixteen digits stand.
    package let nameOffset: Int

    /// Composes an event of exactly `size` bytes; nil when it would be shorter than `minimumSize`.
    ///
    /// - Parameter typeLast: puts `type` behind the audio instead of in front of everything.
    package init?(_ kind: Kind, size: Int, typeLast: Bool = false) {
        guard size >= Self.minimumSize else { return nil }
        for shape in Shape.allCases {
            let (head, tail) = shape.text(kind, typeLast: typeLast)
            let padding = size - head.count - tail.count
            guard padding >= 0, let name = Self.firstName(in: head) else { continue }
            self.bytes = head + shape.filling(padding) + tail
            self.nameOffset = name
            return
        }
        return nil
    }

    private static func firstName(in text: [UInt8]) -> Int? {
        let name = Array(Shape.name.utf8)
        return text.indices.first { text[$0...].starts(with: name) }
    }
}

/// How much besides the audio an event says.
private enum Shape: CaseIterable {
    case full
    case short
    /// No audio; spaces fill it up.
    case bare

    static let name = String(repeating: "0", count: 2 * HexDigits.count)
    private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    func text(_ kind: RealtimeEvent.Kind, typeLast: Bool) -> (head: [UInt8], tail: [UInt8]) {
        let type = "\"type\":\"\(kind.type)\""
        let names: String
        switch self {
        case .full:
            names =
                "\"event_id\":\"event_\(Self.name)\",\"response_id\":\"resp_CZ3i8f\",\"item_id\":\"item_CZ3i91\","
                + "\"output_index\":0,\"content_index\":0,"
        case .short:
            names = "\"event_id\":\"\(Self.name)\","
        case .bare:
            let name = "\"id\":\"\(Self.name)\""
            return (Array((typeLast ? "{\(name),\(type)" : "{\(type),\(name)").utf8), Array("}".utf8))
        }
        let data = "\"\(kind.dataName)\":\""
        if typeLast {
            return (Array("{\(names)\(data)".utf8), Array("\",\(type)}".utf8))
        }
        return (Array("{\(type),\(names)\(data)".utf8), Array("\"}".utf8))
    }

    func filling(_ count: Int) -> [UInt8] {
        switch self {
        case .full, .short:
            // A stride that is prime to 64 keeps shifted or repeated pieces from comparing equal.
            (0..<count).map { Self.base64[($0 &* 37 &+ $0 / 64) & 63] }
        case .bare:
            [UInt8](repeating: UInt8(ascii: " "), count: count)
        }
    }
}
