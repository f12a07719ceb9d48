// RFC 6455 §5.1.

import Testing
import WebSocketFraming

struct RoleTests {
    @Test func onlyClientsMask() {
        #expect(Role.client.masksOutbound)
        #expect(!Role.server.masksOutbound)
        #expect(Role.client.opposite == .server && Role.server.opposite == .client)
    }
}
