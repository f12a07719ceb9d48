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
        var bytes: [UInt8] = []
        for _ in 0..<2 {
            // Twelve characters are a little less than 64 bits; random bits cost a system call.
            var value = UInt64.random(in: .min ... .max)
            for _ in 0..<12 {
                bytes.append(self.alphabet[Int(value % UInt64(self.alphabet.count))])
                value /= UInt64(self.alphabet.count)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
