// RFC 4648 §10: its test vectors.

import Testing
import WebSocketFraming

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func vectors(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
    }

    @Test func allDigits() {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00]
        #expect(Base64.encode(bytes) == "++++////AAAA")
        #expect("ABZabz059+/".utf8.allSatisfy(Base64.isDigit))
        #expect(!"-_= \n@[`{:".utf8.contains(where: Base64.isDigit))
    }
}
