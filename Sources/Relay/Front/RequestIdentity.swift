// `x-request-id`: the client's when it is sane, else ours. It names the exchange in answers, logs and the ledger.

import HTTPFraming
import SessionCore

extension RequestID {
    /// The id of an exchange.
    init(of head: RequestHead) {
        for name in ["x-request-id", "x-client-request-id"] {
            guard let text = head.fields[name], Self.holdsNoKey(text), let given = RequestID(given: text) else {
                continue
            }
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
}

/// Names for events of our own making.
enum EventID {
    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

    /// `event_` and twenty-four random characters.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in
            self.alphabet[Int.random(in: 0..<self.alphabet.count, using: &generator)]
        }
        return "event_" + String(decoding: bytes, as: UTF8.self)
    }
}
