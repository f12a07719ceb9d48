// RFC 9110 §5.1, §5.3, §5.6.1, §5.6.2.

import Testing
import WebSocketFraming

struct FieldListTests {
    @Test func namesInAnyCaseAndValuesTrimmed() {
        let fields = [
            HandshakeField("CONNECTION", " a \t"), HandshakeField("other", "x"), HandshakeField("connection", "b"),
        ]
        #expect(FieldList.values("connection", in: fields) == ["a", "b"])
        #expect(FieldList.values("connectio", in: fields).isEmpty)
    }

    @Test func listElements() {
        #expect(FieldList.contains("upgrade", in: ["keep-alive, Upgrade"]))
        #expect(FieldList.contains("upgrade", in: ["keep-alive", "\tUPGRADE ,"]))
        #expect(!FieldList.contains("upgrade", in: ["upgrades", "up grade", "", ","]))
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
