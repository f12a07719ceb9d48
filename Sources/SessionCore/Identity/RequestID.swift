// Names of exchanges and sessions. They are in every log line and answer, and every session holds two of them, so they
// are kept as bits and written out only where somebody reads them.

/// Names an exchange: the client's own id when it gave a sane one, else 128 random bits.
package enum RequestID: Sendable, Equatable, CustomStringConvertible {
    case given(String)
    case made(UInt64, UInt64)

    /// A client's id longer than this is replaced.
    private static let limit = 128

    /// An id of our own.
    package static func make() -> RequestID {
        .made(.random(in: .min ... .max), .random(in: .min ... .max))
    }

    /// The client's id, if it is short, printable and cannot be mistaken for anything else in a log line.
    package init?(given text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.limit,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self = .given(text)
    }

    /// The first sane id among those that a client gave, else one of our own.
    package init(given texts: [String?]) {
        for case let text? in texts where Self.holdsNoKey(text) {
            guard let given = RequestID(given: text) else { continue }
            self = given
            return
        }
        self = .make()
    }

    /// A key that was pasted into the wrong field must not stand in every log line (`robustness.md` G1).
    private static func holdsNoKey(_ text: String) -> Bool {
        !text.contains(KeyFormat.prefix) && !text.contains(ClientSecretFormat.prefix)
            && Redaction.withoutKeys(text) == text
    }

    package var description: String {
        switch self {
        case .given(let text): text
        case .made(let high, let low): "req_" + HexDigits.text(high, low)
        }
    }
}

/// Names a session: 128 random bits.
package struct SessionID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init(_ high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func make() -> SessionID {
        SessionID(.random(in: .min ... .max), .random(in: .min ... .max))
    }

    package var description: String { "sess_" + HexDigits.text(high, low) }
}

private enum HexDigits {
    /// 32 digits.
    static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 32) { output in
            for position in 0..<32 {
                let half = position < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (position % 16))) & 0x0F
                output[position] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
            }
            return 32
        }
    }
}
