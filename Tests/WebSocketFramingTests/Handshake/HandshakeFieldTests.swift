// A value type with two spellings of its initializer; RFC 9110 §5.1 and §5.5 for looking values up.

import Testing
import WebSocketFraming

struct HandshakeFieldTests {
    @Test func spellings() {
        #expect(HandshakeField("Upgrade", "websocket") == HandshakeField(name: "Upgrade", value: "websocket"))
    }

    @Test func namesInAnyCaseAndValuesTrimmed() {
        let fields = [
            HandshakeField("CONNECTION", " a \t"), HandshakeField("other", "x"), HandshakeField("connection", "b"),
        ]
        #expect(fields.values("Connection") == ["a", "b"])
        #expect(fields.values("connectio").isEmpty)
    }
}
