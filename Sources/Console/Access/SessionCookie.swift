// The cookie of a browser that is signed in (RFC 6265): random, known to the store only by its digest, out of reach for
// scripts and for other sites.

import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore

/// Makes and reads the cookie.
enum SessionCookie {
    static let name = "longwire_session"
    /// Digits of base 62: 256 bits.
    private static let digits = 43

    /// A new text for the cookie.
    static func make(random: RandomSource = SecureRandom.bytes) throws -> String {
        try Base62.random(count: self.digits, from: random)
    }

    /// The value of `set-cookie`; an empty text takes the cookie back.
    static func field(_ text: String, seconds: Int, isSecure: Bool) -> String {
        "\(self.name)=\(text); Path=/; Max-Age=\(text.isEmpty ? 0 : seconds); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    /// The digest of the cookie that a request shows; nil without one, or with several.
    static func digest(in fields: HeaderFields) -> SHA256Digest? {
        var found: [Substring] = []
        for value in fields.values("cookie") {
            for pair in value.split(separator: ";") {
                let pair = pair.drop { $0 == " " || $0 == "\t" }
                if pair.hasPrefix("\(self.name)=") { found.append(pair.dropFirst(self.name.count + 1)) }
            }
        }
        // Two of them: somebody else on this host name set one, and which is ours cannot be told.
        guard found.count == 1, let text = found.first, text.utf8.count == self.digits,
            text.utf8.allSatisfy(Base62.isDigit)
        else { return nil }
        return SHA256Digest(hashing: String(text))
    }
}
