// Asks loops whether they still turn.

import EventLoop
import Synchronization

/// A question to several loops at once.
final class LoopCall: Sendable {
    private let answers = Mutex<[Int: Int64]>([:])
    private let done = Latch()
    private let count: Int

    private init(count: Int) {
        self.count = count
    }

    /// The nanoseconds that each loop took to answer, by its index; loops that did not in time are missing.
    static func ask(_ loops: [LoopHandle], patience: Duration) async -> [Int: Int64] {
        let call = LoopCall(count: loops.count)
        let asked = MonotonicTime.now()
        for loop in loops {
            loop.execute { turning in
                call.answered(turning.index, after: (MonotonicTime.now() - asked).saturatedNanoseconds)
            }
        }
        if !loops.isEmpty { await call.done.wait(atMost: patience) }
        return call.answers.withLock { $0 }
    }

    private func answered(_ index: Int, after nanoseconds: Int64) {
        let count = self.answers.withLock { answers in
            answers[index] = nanoseconds
            return answers.count
        }
        if count == self.count { self.done.open() }
    }
}
