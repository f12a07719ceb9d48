import TestSupport
import Testing

@testable import EventLoop

@Suite("Wake-up")
struct WakeUpTests {
    @Test("many signals are one event, gone after a reset")
    func wakeUp() throws {
        let harness = try LoopHarness()
        let wakeUp = try WakeUp()
        let handler = Recorder()
        _ = try harness.loop.add(wakeUp.descriptor, .read, handler)
        harness.turn()
        #expect(handler.readiness == [])
        for _ in 0..<10 { wakeUp.signal() }
        harness.turn()
        #expect(handler.readiness == [.readable])
        wakeUp.reset()
        wakeUp.reset()
        harness.turn()
        #expect(handler.readiness.count == 1)
    }

    @Test("each signal of a semaphore lets one waiter pass")
    func semaphore() throws {
        let semaphore = try Semaphore()
        let done = try Semaphore()
        let count = SharedCounter()
        let threads = try (0..<3).map { _ in
            try LoopThread(name: "waiter") {
                semaphore.wait()
                count.increment()
                done.signal()
            }
        }
        semaphore.signal(2)
        done.wait()
        done.wait()
        #expect(count.value == 2)
        semaphore.signal()
        for thread in threads { thread.join() }
        #expect(count.value == 3)
    }
}
