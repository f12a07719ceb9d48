// RFC 9110 §5.3, §5.6.1, §5.6.2.

import Testing
import WebSocketFraming

struct FieldListTests {
    @Test func listElements() {
        #expect(FieldList.contains("upgrade", in: ["keep-alive, Upgrade"]))
        #expect(FieldList.contains("upgrade", in: ["keep-alive", "\tUPGRADE ,"]))
        #expect(!FieldList.contains("upgrade", in: ["upgrades", "up grade", "", ",", " , \t", "up,grade"]))
        #expect(FieldList.contains("upgrade", in: ["", "a,upgrade"]))
    }

    @Test func textsInAnyCase() {
        #expect(FieldList.equals("WebSocket", "websocket"))
        // Their bytes differ by the bit that tells the case of letters.
        for (one, other) in [("@", "`"), ("[", "{"), ("a", "ab"), ("", "a")] {
            #expect(!FieldList.equals(one, other))
        }
    }

    @Test func onlyBlanksAreTrimmed() {
        #expect(FieldList.trim(" \t a b\t ") == "a b")
        #expect(FieldList.trim(" \t ").isEmpty)
        #expect(FieldList.trim("\r\na") == "\r\na")
    }

    @Test func tokens() {
        #expect(FieldList.isToken("openai-insecure-api-key.sk_Az09!#$%&'*+^`|~"))
        for bad in ["", "a b", "a,b", "a;b", "a=b", "\"a\"", "a/b", "a(b)", "é", "a\u{0}", "@", "[", "{", "\u{7F}"] {
            #expect(!FieldList.isToken(bad[...]))
        }
    }
}
