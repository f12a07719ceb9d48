// A value type with two spellings of its initializer.

import Testing
import WebSocketFraming

struct HandshakeFieldTests {
    @Test func spellings() {
        #expect(HandshakeField("Upgrade", "websocket") == HandshakeField(name: "Upgrade", value: "websocket"))
    }
}
