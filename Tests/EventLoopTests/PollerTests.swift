import TestSupport
import Testing

@testable import EventLoop

@Suite("Poller")
struct PollerTests {
    @Test(
        "carries any 64 bits through the kernel",
        arguments: [0, 1, UInt64.max, UInt64.max - 1, 0xDEAD_BEEF_0000_0001]
    )
    func data(value: UInt64) throws {
        let poller = try Poller(calls: KernelCalls())
        let pair = try SocketPair.local()
        try poller.add(pair.first, .write, data: value)
        #expect(poller.wait(timeoutMilliseconds: 0) == 1)
        #expect(poller.event(0).data == value)
        #expect(poller.event(0).readiness == .writable)
        try poller.modify(pair.first, .read, data: value)
        #expect(poller.wait(timeoutMilliseconds: 0) == 0)
        poller.remove(pair.first)
        poller.remove(pair.first)
        SocketPair.send([1], on: pair.second)
        #expect(poller.wait(timeoutMilliseconds: 0) == 0)
    }

    @Test("closes its descriptor")
    func lifetime() throws {
        let calls = FaultyCalls()
        do {
            _ = try Poller(calls: calls)
        }
        #expect(calls.count(of: .close) == 1)
    }
}
