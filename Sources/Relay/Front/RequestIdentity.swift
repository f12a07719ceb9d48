// `x-request-id`: the client's when it is sane, else ours. It names the exchange in answers, logs and the ledger.

import HTTPFraming
import SessionCore

extension RequestID {
    /// The id of an exchange.
    init(of head: RequestHead) {
        self.init(given: [head.fields["x-request-id"], head.fields["x-client-request-id"]])
    }
}

/// Names for events of our own making.
enum EventID {
    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

    /// `event_` and twenty-four random characters.
    static func make() -> String { "event_" + self.token() }

    /// Twenty-four random letters and digits.
    static func token() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in
            self.alphabet[Int.random(in: 0..<self.alphabet.count, using: &generator)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
