// RFC 6455 §4.2.1, §4.4; RFC 9110 §15.5.6 (405 has Allow), §15.5.22 (426 has Upgrade).

import Testing
import WebSocketFraming

struct ServerHandshakeRefusalTests {
    @Test(arguments: ServerHandshake.Refusal.allCases)
    func answersAreComplete(_ refusal: ServerHandshake.Refusal) {
        let names = Set(refusal.fields.map(\.name))
        #expect(names.contains("Upgrade") == (refusal.status == 426))
        #expect(names.contains("Allow") == (refusal.status == 405))
        #expect([400, 405, 426].contains(refusal.status))
        #expect(!refusal.message.isEmpty)
    }

    @Test func codesDiffer() {
        let codes = ServerHandshake.Refusal.allCases.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(ServerHandshake.Refusal.notAnUpgrade.code == "upgrade_required")
    }
}
