import Testing

@testable import EventLoop

@Suite("Readiness")
struct ReadinessTests {
    @Test(
        "maps to the kernel's bits and back",
        arguments: [
            (Interest([]), UInt32(0)), (.read, 0x2001), (.write, 4), ([.read, .write], 0x2005),
        ] as [(Interest, UInt32)]
    )
    func interest(interest: Interest, events: UInt32) {
        #expect(interest.pollerEvents == events)
    }

    @Test(
        "reads what epoll reports",
        arguments: [
            (UInt32(1), Readiness.readable), (4, .writable), (8, .error), (16, .hangUp),
            (0x2001, [.readable, .peerFinished]), (0x1D, [.readable, .writable, .error, .hangUp]), (0x4000_0000, []),
        ] as [(UInt32, Readiness)]
    )
    func readiness(events: UInt32, expected: Readiness) {
        #expect(Readiness(pollerEvents: events) == expected)
    }
}
