// An event loop that a test turns by hand, with time and system calls in the test's hands as well. Waiting for
// something is bounded by turns, not by time.

package import EventLoop

/// A loop stepped on the test's own thread.
package final class LoopHarness {
    /// Turns in which nothing happens, each lasting `patience`, after which `run(until:)` gives up.
    package static let idleLimit = 2_000
    /// Turns after which it gives up even though something happens in each.
    package static let turnLimit = 1_000_000
    private static let patience: Duration = .milliseconds(10)

    package let loop: EventLoop
    package let clock: ManualClock
    package let calls: FaultyCalls

    package init() throws {
        clock = ManualClock()
        calls = FaultyCalls()
        loop = try EventLoop(index: 0, calls: calls, clock: clock.reading)
    }

    deinit {
        loop.close()
    }

    /// Turns without waiting.
    package func turn(_ times: Int = 1) {
        for _ in 0..<times {
            loop.runOnce(timeout: .zero)
        }
    }

    /// Turns until the condition holds; false when it does not within the limit.
    package func run(until condition: () -> Bool) -> Bool {
        let idleBefore = calls.idleWaits
        for _ in 0..<LoopHarness.turnLimit where calls.idleWaits - idleBefore < LoopHarness.idleLimit {
            if condition() { return true }
            loop.runOnce(timeout: LoopHarness.patience)
        }
        return condition()
    }

    /// Whether the loop would sleep: nothing is reported, turn after turn.
    package func isQuiet() -> Bool {
        let before = calls.idleWaits
        turn(3)
        return calls.idleWaits == before + 3
    }

    /// Moves time and turns once, so that what came due happens.
    package func advance(by duration: Duration) {
        clock.advance(by: duration)
        turn()
    }
}
