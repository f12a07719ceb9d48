// RFC 7692 §7.1: which parameter is about whose messages.

import Testing
import WebSocketFraming

struct DeflateParametersTests {
    @Test func directions() {
        let parameters = DeflateParameters(
            serverNoContextTakeover: true,
            serverMaxWindowBits: 9,
            clientMaxWindowBits: 12
        )
        #expect(parameters.sent(by: .server) == .init(windowBits: 9, keepsContext: false))
        #expect(parameters.sent(by: .client) == .init(windowBits: 12, keepsContext: true))
    }
}
