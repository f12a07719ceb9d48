// RFC 6455 §10.2 and robustness B9: which pages may connect.

import SessionCore
import Testing

@Suite("Origin policy")
struct OriginPolicyTests {
    @Test func noListLetsAllIn() {
        #expect(OriginPolicy(nil).allows("https://anything.example"))
        #expect(OriginPolicy(nil).allows("null"))
        #expect(OriginPolicy(nil).isOpen && !OriginPolicy([]).isOpen)
    }

    @Test func aListLetsOnlyItsOwnIn() {
        let policy = OriginPolicy(["https://App.example.com"])
        #expect(policy.allows("https://app.example.com"))
        #expect(policy.allows("HTTPS://APP.EXAMPLE.COM"))
        for origin in [
            "null", "http://app.example.com", "https://app.example.com:8443", "https://app.example.com.evil", "",
        ] {
            #expect(!policy.allows(origin), "\(origin)")
        }
    }

    @Test func programsSendNoOrigin() {
        #expect(OriginPolicy([]).allows(nil))
        #expect(!OriginPolicy([]).allows("https://a.example"))
    }
}
