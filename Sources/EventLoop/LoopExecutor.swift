// A loop as an executor of Swift concurrency, for control work: an actor, or a task's non-isolated code, can live on
// a loop's thread. Not for anything that happens per frame.

import Synchronization

extension LoopHandle: SerialExecutor {
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !enqueue(.actorJob(job), limit: .max) {
            LateJobs.shared.run(.actorJob(job), of: self)
        }
    }

    package func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    package func checkIsolated() {
        precondition(isCurrent, "Not on the thread of event loop \(index).")
    }

    /// Runs one job of Swift concurrency; true when `work` was one.
    func runJob(_ work: Work) -> Bool {
        switch work {
        case .body:
            return false
        case .actorJob(let job):
            unsafe job.runSynchronously(on: asUnownedSerialExecutor())
        case .taskJob(let job):
            unsafe job.runSynchronously(on: LoopTaskExecutor(handle: self).asUnownedTaskExecutor())
        }
        return true
    }
}

/// A loop as the preferred executor of tasks: `Task(executorPreference: LoopTaskExecutor(handle: handle))`.
package final class LoopTaskExecutor: TaskExecutor {
    package let handle: LoopHandle

    package init(handle: LoopHandle) {
        self.handle = handle
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !handle.enqueue(.taskJob(job), limit: .max) {
            LateJobs.shared.run(.taskJob(job), of: handle)
        }
    }
}

/// Jobs that arrive after their loop has ended.
///
/// A job that never runs leaks its task and hangs whoever awaits it. Once the loop's thread is over any other place
/// keeps the promise of running jobs one at a time; this one takes turns on the cooperative pool, and never runs a job
/// inside the call that enqueued it, which may hold a lock.
private final class LateJobs: Sendable {
    static let shared = LateJobs()

    private struct State {
        var queue: [(LoopHandle.Work, LoopHandle)] = []
        var isRunning = false
    }

    private let state = Mutex(State())

    func run(_ work: LoopHandle.Work, of handle: LoopHandle) {
        let mustStart = state.withLock { state in
            state.queue.append((work, handle))
            let isFirst = !state.isRunning
            state.isRunning = true
            return isFirst
        }
        guard mustStart else { return }
        Task.detached {
            while true {
                let batch = self.takeBatch()
                if batch.isEmpty { return }
                for (work, handle) in batch {
                    _ = handle.runJob(work)
                }
            }
        }
    }

    private func takeBatch() -> [(LoopHandle.Work, LoopHandle)] {
        state.withLock { state in
            let batch = state.queue
            state.queue = []
            state.isRunning = !batch.isEmpty
            return batch
        }
    }
}
