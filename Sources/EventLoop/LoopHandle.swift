// What other threads know of a loop: a bounded queue of work and the wake-up that announces it.
//
// Invariants: `isSignalled` is set from the first entry of a batch until the loop takes the batch, so a batch costs
// one wake-up; after `close` nothing is accepted any more; what was accepted is run, if need be while closing.

import CLinux
import Synchronization

/// The `Sendable` face of an event loop.
package final class LoopHandle: Sendable {
    /// Entries that `execute` queues before it refuses.
    package static let queueLimit = 65_536

    enum Work: Sendable {
        case body(@Sendable (EventLoop) -> Void)
        case actorJob(UnownedJob)
        case taskJob(UnownedJob)
    }

    private struct State {
        var queue: [Work] = []
        var isSignalled = false
        var isStopRequested = false
        var isClosed = false
    }

    /// The loop's place in its group.
    package let index: Int
    let wakeUp: WakeUp
    private let thread: UInt64
    private let state = Mutex(State())

    /// Called by the loop, on its thread.
    init(index: Int) throws(SystemError) {
        self.index = index
        wakeUp = try WakeUp()
        thread = lw_thread_current()
    }

    /// Whether the caller is on the loop's thread.
    package var isCurrent: Bool {
        lw_thread_current() == thread
    }

    /// Runs the body on the loop, in the order of calls; false when the loop has ended or its queue is full.
    ///
    /// What was accepted runs, at the latest when the loop ends.
    @discardableResult
    package func execute(_ body: @escaping @Sendable (EventLoop) -> Void) -> Bool {
        enqueue(.body(body), limit: LoopHandle.queueLimit)
    }

    /// As `execute`, for answers to questions whose number is bounded elsewhere: never refused for want of room.
    @discardableResult
    func answer(_ body: @escaping @Sendable (EventLoop) -> Void) -> Bool {
        enqueue(.body(body), limit: .max)
    }

    /// Runs the body on the loop and waits for what it returns.
    package func submit<T: Sendable>(
        _ body: @escaping @Sendable (EventLoop) -> T
    ) async throws(LoopUnavailable) -> T {
        let value: T? = await withCheckedContinuation { continuation in
            let accepted = execute { loop in continuation.resume(returning: body(loop)) }
            if !accepted {
                continuation.resume(returning: nil)
            }
        }
        guard let value else { throw LoopUnavailable() }
        return value
    }

    /// Entries that wait for the loop's next turn.
    package var queueDepth: Int { state.withLock { $0.queue.count } }

    /// Asks the loop to end after its current turn.
    package func stop() {
        let mustSignal = state.withLock { state in
            state.isStopRequested = true
            return LoopHandle.claimSignal(&state)
        }
        if mustSignal {
            wakeUp.signal()
        }
    }

    /// False when the work was not taken.
    func enqueue(_ work: Work, limit: Int) -> Bool {
        let (accepted, mustSignal) = state.withLock { state in
            guard !state.isClosed, state.queue.count < limit else { return (false, false) }
            state.queue.append(work)
            return (true, LoopHandle.claimSignal(&state))
        }
        if mustSignal {
            wakeUp.signal()
        }
        return accepted
    }

    /// Swaps the queued work into `batch`, which must be empty; true when the loop shall end.
    func take(into batch: inout [Work]) -> Bool {
        // Before the swap: a signal that comes in between must survive.
        wakeUp.reset()
        return state.withLock { state in
            swap(&state.queue, &batch)
            state.isSignalled = false
            return state.isStopRequested
        }
    }

    /// Refuses all further work.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    private static func claimSignal(_ state: inout State) -> Bool {
        let isFirst = !state.isSignalled
        state.isSignalled = true
        return isFirst
    }
}

/// The loop has ended, or its queue is full.
package struct LoopUnavailable: Error, Equatable, Sendable {
    package init() {}
}
