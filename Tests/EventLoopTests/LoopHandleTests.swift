import EventLoop
import Synchronization
import TestSupport
import Testing

@Suite("Loop handle")
struct LoopHandleTests {
    private let harness: LoopHarness
    private let loop: EventLoop

    init() throws {
        harness = try LoopHarness()
        loop = harness.loop
    }

    @Test("runs bodies in order, in the next turn, with one wake-up per batch")
    func order() {
        let seen = Mutex<[Int]>([])
        for number in 0..<1_000 {
            #expect(loop.handle.execute { _ in seen.withLock { $0.append(number) } })
        }
        let isEmpty = seen.withLock(\.isEmpty)
        #expect(isEmpty)
        harness.turn()
        let order = seen.withLock { $0 }
        #expect(order == Array(0..<1_000))
        #expect(harness.calls.count(of: .waitPoller) == 1)
    }

    @Test("what a body sends comes in the next turn")
    func nested() {
        let count = SharedCounter()
        loop.handle.execute { loop in
            count.increment()
            loop.handle.execute { _ in count.increment() }
        }
        harness.turn()
        #expect(count.value == 1)
        loop.runOnce(timeout: nil)
        #expect(count.value == 2)
    }

    @Test("nothing that several threads send is lost or reordered")
    func producers() throws {
        let seen = Mutex<[[Int]]>(Array(repeating: [], count: 4))
        let handle = loop.handle
        let threads = try (0..<4).map { thread in
            try LoopThread(name: "producer") {
                for number in 0..<5_000 {
                    handle.execute { _ in seen.withLock { $0[thread].append(number) } }
                }
            }
        }
        let isComplete = harness.run { seen.withLock { $0.allSatisfy { $0.count == 5_000 } } }
        #expect(isComplete)
        for thread in threads {
            thread.join()
        }
        let order = seen.withLock { $0 }
        #expect(order == Array(repeating: Array(0..<5_000), count: 4))
    }

    @Test("refuses beyond its limit, and has room again after a turn")
    func limit() {
        let count = SharedCounter()
        for _ in 0..<LoopHandle.queueLimit {
            loop.handle.execute { _ in count.increment() }
        }
        #expect(!loop.handle.execute { _ in count.increment() })
        harness.turn()
        #expect(count.value == LoopHandle.queueLimit)
        #expect(loop.handle.execute { _ in count.increment() })
    }

    @Test("knows whether the caller is on the loop")
    func isCurrent() throws {
        let handle = loop.handle
        #expect(handle.isCurrent)
        let elsewhere = Mutex(true)
        try LoopThread(name: "elsewhere") { elsewhere.withLock { $0 = handle.isCurrent } }.join()
        let isCurrent = elsewhere.withLock { $0 }
        #expect(!isCurrent)
    }

    @Test("submit returns what the body returned, and throws when the loop has ended")
    func submit() async throws {
        let group = try EventLoopGroup.start(count: 1)
        let handle = group.loops[0]
        #expect(try await handle.submit { $0.index } == 0)
        group.stop()
        group.join()
        await #expect(throws: LoopUnavailable()) { try await handle.submit { $0.index } }
    }

    @Test("stop wakes a sleeping loop")
    func stop() throws {
        let handle = loop.handle
        let thread = try LoopThread(name: "stopper") { handle.stop() }
        loop.run()
        thread.join()
        #expect(!handle.execute { _ in })
    }
}
