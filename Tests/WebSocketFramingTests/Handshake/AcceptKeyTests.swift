// RFC 6455 §1.3 and §4.2.2.

import Testing
import WebSocketFraming

struct AcceptKeyTests {
    @Test func sampleOfTheRFC() {
        #expect(AcceptKey.accept(for: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// B1: 16 bytes in base64, nothing else.
    @Test(arguments: [
        "", "=", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQAA",
        "dGhlIHNhbXBsZSBub25jZ=Q=", "dGhlIHNhbXBsZSBub25j Q==", "dGhlIHNhbXBsZSBub25jé==", "c2hvcnQ=",
    ])
    func refuses(_ key: String) {
        #expect(!AcceptKey.isValid(key))
    }

    @Test func accepts() {
        #expect(AcceptKey.isValid("dGhlIHNhbXBsZSBub25jZQ=="))
        #expect(AcceptKey.isValid("+/+/+/+/+/+/+/+/+/+/+A=="))
    }
}
