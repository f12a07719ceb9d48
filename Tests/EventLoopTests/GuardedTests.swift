import EventLoop
import TestSupport
import Testing

@Suite("Guarded state")
struct GuardedTests {
    @Test("changes from several threads do not get lost")
    func counting() throws {
        let shared = Box()
        let threads = try (0..<4).map { _ in
            try LoopThread(name: "counter") {
                for _ in 0..<10_000 {
                    shared.state.withLock { $0 += 1 }
                }
            }
        }
        for thread in threads { thread.join() }
        let total = shared.state.withLock { $0 }
        #expect(total == 40_000)
    }

    @Test("an error passes through and frees the lock")
    func errors() {
        struct Stop: Error {}
        let shared = Box()
        #expect(throws: Stop.self) {
            try shared.state.withLock { _ throws(Stop) in throw Stop() }
        }
        let value = shared.state.withLock { $0 }
        #expect(value == 0)
    }

    private final class Box: Sendable {
        let state = Guarded(0)
    }
}
