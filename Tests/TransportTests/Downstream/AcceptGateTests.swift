// The count of a loop's clients over several listeners (`robustness.md` A22).

import EventLoop
import TestSupport
import Testing

@testable import Transport

@Suite("AcceptGate", .ownThread)
struct AcceptGateTests {
    @Test("is shut at the limit and open again when there is room, which is more than one place where there are many")
    func room() {
        let few = AcceptGate(limit: 2)
        #expect(!few.opened())
        #expect(few.opened())
        #expect(few.isShut)
        few.closed()
        #expect(!few.isShut)

        let many = AcceptGate(limit: 160)
        for index in 1...160 { #expect(many.opened() == (index == 160)) }
        for _ in 1...10 { many.closed() }
        #expect(many.isShut)
        many.closed()
        #expect(!many.isShut)
        #expect(many.count == 149)
    }

    @Test("a batch that had been accepted already is counted, and told once")
    func beyond() {
        let gate = AcceptGate(limit: 1)
        #expect(gate.opened())
        #expect(!gate.opened())
        gate.closed()
        #expect(gate.isShut)
        gate.closed()
        #expect(!gate.isShut)
    }

    @Test("all listeners of the loop wait, and one that is added meanwhile as well")
    func listeners() throws {
        let stage = try Stage()
        let gate = AcceptGate(limit: 1)
        var accepted = 0
        func listen() throws -> Listener {
            try Listener(
                on: stage.loop,
                address: .loopback(port: 0),
                onAccept: { descriptor, _ in
                    accepted += 1
                    stage.loop.calls.close(descriptor)
                }
            )
        }
        let first = try listen()
        gate.add(first)
        #expect(gate.opened())
        let second = try listen()
        gate.add(second)
        let clients = [try stage.connect(to: first.localAddress), try stage.connect(to: second.localAddress)]
        stage.settle(turns: 5)
        #expect(accepted == 0)
        gate.remove(second)
        gate.closed()
        #expect(stage.run { accepted == 1 })
        for client in clients { client.cut() }
        first.close()
        second.close()
    }

    @Test("another limit opens or shuts it at once; who is beyond it stays")
    func otherLimit() {
        let gate = AcceptGate(limit: 2)
        _ = gate.opened()
        _ = gate.opened()
        #expect(gate.isShut)
        gate.adopt(limit: 3)
        #expect(!gate.isShut)
        gate.adopt(limit: 1)
        #expect(gate.isShut && gate.count == 2)
        gate.closed()
        #expect(gate.isShut)
        gate.closed()
        #expect(!gate.isShut)
        gate.adopt(limit: 0)
        #expect(gate.opened())
    }
}
