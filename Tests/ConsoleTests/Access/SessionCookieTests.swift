// The cookie of a signed-in browser (RFC 6265 §4.1, §4.2).

import HTTPFraming
import OpenSSLTLS
import Testing

@testable import Console

@Suite struct SessionCookieTests {
    @Test("it is out of reach for scripts and other sites, and over TLS for plain connections")
    func attributes() throws {
        let text = try SessionCookie.make()
        let plain = SessionCookie.field(text, seconds: 60, isSecure: false)
        #expect(plain == "longwire_session=\(text); Path=/; Max-Age=60; HttpOnly; SameSite=Strict")
        #expect(SessionCookie.field(text, seconds: 60, isSecure: true) == plain + "; Secure")
        #expect(SessionCookie.field("", seconds: 60, isSecure: false).contains("Max-Age=0"))
    }

    @Test("it is found among others, once")
    func reading() throws {
        let text = try SessionCookie.make()
        let digest = SHA256Digest(hashing: text)
        #expect(SessionCookie.digest(in: HeaderFields([("cookie", "a=b; longwire_session=\(text); c=d")])) == digest)
        #expect(
            SessionCookie.digest(in: HeaderFields([("cookie", "a=b"), ("cookie", "longwire_session=\(text)")]))
                == digest
        )
        let twice = "longwire_session=\(text); longwire_session=\(text)"
        for strange in ["", "longwire_session=", "xlongwire_session=\(text)", "longwire_session=\(text)x", twice] {
            #expect(SessionCookie.digest(in: HeaderFields([("cookie", strange)])) == nil)
        }
    }

    @Test("no two are alike")
    func randomness() throws {
        #expect(Set(try (0..<50).map { _ in try SessionCookie.make() }).count == 50)
    }
}
