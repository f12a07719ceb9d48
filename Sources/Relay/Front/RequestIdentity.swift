// `x-request-id`: the client's when it is sane, else ours. It names the exchange in answers, logs and the ledger.

import HTTPFraming
import OpenSSLTLS

/// Names for exchanges and sessions.
enum RequestIdentity {
    /// A client's id longer than this is replaced.
    private static let limit = 128
    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

    /// The id of an exchange.
    static func requestID(of head: RequestHead) -> String {
        for name in ["x-request-id", "x-client-request-id"] {
            if let given = head.fields[name], self.isSane(given) { return given }
        }
        return self.make("req_")
    }

    /// `prefix` and twenty-four random characters.
    static func make(_ prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in
            self.alphabet[Int.random(in: 0..<self.alphabet.count, using: &generator)]
        }
        return prefix + String(decoding: bytes, as: UTF8.self)
    }

    private static func isSane(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= self.limit
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
