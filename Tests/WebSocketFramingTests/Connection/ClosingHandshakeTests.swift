// RFC 6455 §5.5.1, §7.1.1 to §7.1.7: every event in every state.

import Testing
import WebSocketFraming

struct ClosingHandshakeTests {
    @Test func thePeerCloses() {
        var closing = ClosingHandshake()
        #expect(closing.phase == .open)
        #expect(closing.receiveClose() == .answer)
        #expect(closing.phase == .closeReceived)
        #expect(closing.closeReceived && !closing.closeSent)
        #expect(closing.receiveClose() == .ignore)
        #expect(closing.sendClose() == true)
        #expect(closing.phase == .closed)
        #expect(closing.sendClose() == false)
        #expect(closing.receiveClose() == .ignore)
        #expect(closing.phase == .closed)
    }

    @Test func weClose() {
        var closing = ClosingHandshake()
        #expect(closing.sendClose() == true)
        #expect(closing.phase == .closeSent)
        #expect(closing.closeSent && !closing.closeReceived)
        #expect(closing.sendClose() == false)
        #expect(closing.receiveClose() == .finish)
        #expect(closing.phase == .closed)
        #expect(closing.closeSent && closing.closeReceived)
    }

    @Test func failureBeforeClosing() {
        var closing = ClosingHandshake()
        closing.fail()
        #expect(closing.phase == .failed)
        #expect(closing.receiveClose() == .ignore)
        #expect(!closing.closeSent && !closing.closeReceived)
        #expect(closing.duty(of: .server) == .sendClose)
        #expect(closing.sendClose() == true)
        #expect(closing.sendClose() == false)
        #expect(closing.phase == .failed)
        #expect(closing.duty(of: .server) == .shutDown)
        #expect(closing.duty(of: .client) == .shutDown)
    }

    @Test func failureAfterOurClose() {
        var closing = ClosingHandshake()
        #expect(closing.sendClose() == true)
        closing.fail()
        #expect(closing.closeSent == true)
        #expect(closing.sendClose() == false)
        #expect(closing.duty(of: .client) == .shutDown)
    }

    /// §7.1.1: the server ends TCP first.
    @Test func duties() {
        for role in bothRoles {
            var closing = ClosingHandshake()
            #expect(closing.duty(of: role) == .keepOpen)
            #expect(closing.sendClose() == true)
            #expect(closing.duty(of: role) == .awaitClose)
            #expect(closing.receiveClose() == .finish)
            #expect(closing.duty(of: role) == (role == .server ? .shutDown : .awaitShutdown))
        }
    }
}
