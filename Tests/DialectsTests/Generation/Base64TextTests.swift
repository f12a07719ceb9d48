// RFC 4648 §4, §5, §10.

import Testing

@testable import Dialects

@Suite struct Base64TextTests {
    @Test(arguments: [
        ("", ""), ("Zg==", "Zg=="), ("Zg", "Zg=="), ("Zm8", "Zm8="), ("Zm9v", "Zm9v"), ("-_-_", "+/+/"),
        ("+/8=", "+/8="),
        ("Zm9v\nYmFy\r\n", "Zm9vYmFy"),
    ])
    func standard(text: String, expected: String) {
        #expect(Base64Text.standard(text) == expected)
    }

    @Test(arguments: ["Z", "Zm9vZ", "Zg=a", "Zg===", "a b", "é", "data:image/png;base64,AAAA"])
    func refuses(text: String) {
        #expect(Base64Text.standard(text) == nil)
    }

    @Test(
        "§10: the test vectors",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func decode(text: String, base64: String) {
        #expect(Base64Text.decode(base64) == Array(text.utf8))
    }
}
