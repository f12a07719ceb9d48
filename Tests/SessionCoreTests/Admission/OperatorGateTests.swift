import SessionCore
import Testing

/// design.md, Configuration, `admin_key`; `robustness.md` G3.
@Suite
struct OperatorGateTests {
    private let key = "admin-0123456789abcdef"

    private func allows(_ gate: OperatorGate, isLoopback: Bool, _ fields: [String: [String]] = [:]) -> Bool {
        gate.allows(isLoopback: isLoopback) { fields[$0] ?? [] }
    }

    @Test
    func withoutAKeyOnlyTheLoopback() {
        #expect(self.allows(OperatorGate(), isLoopback: true))
        #expect(!self.allows(OperatorGate(), isLoopback: false))
        #expect(!self.allows(OperatorGate(), isLoopback: false, ["authorization": ["Bearer "]]))
        #expect(!self.allows(OperatorGate(), isLoopback: true, ["authorization": ["Bearer anything"]]))
    }

    @Test
    func theKeyOpensFromAnywhere() {
        let gate = OperatorGate(adminKey: Secret(self.key))
        #expect(self.allows(gate, isLoopback: false, ["authorization": ["Bearer \(self.key)"]]))
        #expect(self.allows(gate, isLoopback: true))
    }

    /// One that differs in its last byte, one that is a part of it, one too long.
    @Test(arguments: [
        "admin-0123456789abcdee", "admin-0123456789abcde", "admin-0123456789abcdef0", "ADMIN-0123456789ABCDEF",
    ])
    func aWrongKeyIsNotPassedOver(wrong: String) {
        let gate = OperatorGate(adminKey: Secret(self.key))
        #expect(!self.allows(gate, isLoopback: true, ["authorization": ["Bearer \(wrong)"]]))
        #expect(!self.allows(gate, isLoopback: false, ["authorization": ["Bearer \(wrong)"]]))
    }

    @Test
    func theKeyCountsInAuthorizationAlone() {
        let gate = OperatorGate(adminKey: Secret(self.key))
        #expect(!self.allows(gate, isLoopback: false, ["x-api-key": [self.key]]))
        #expect(!self.allows(gate, isLoopback: false, ["authorization": ["Bearer \(self.key)", "Bearer other"]]))
    }

    /// A proxy on this machine makes everybody come from the loopback.
    @Test(arguments: ["forwarded", "x-forwarded-for", "x-real-ip", "via"])
    func whatAProxyBringsIsNotFromThisMachine(field: String) {
        #expect(!self.allows(OperatorGate(), isLoopback: true, [field: ["203.0.113.9"]]))
    }

    /// A page whose name was pointed at 127.0.0.1 sends its own name.
    @Test
    func aForeignHostIsNotThisMachine() {
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "[::1]", "relay.localhost"] {
            #expect(self.allows(OperatorGate(), isLoopback: true, ["host": [host]]), "\(host)")
        }
        for host in ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""] {
            #expect(!self.allows(OperatorGate(), isLoopback: true, ["host": [host]]), "\(host)")
        }
    }
}
