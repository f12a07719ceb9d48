// Threads for tests that turn a loop by hand. Such a test blocks its thread, and on a small machine the threads of the
// cooperative pool are few: were they all blocked, the work that the loops hand to the pool would never run.

import Dispatch
import Foundation

/// Runs each job on a thread of its own, a few of them at a time.
///
/// Jobs must not wait for each other.
package final class ThreadPerJob: TaskExecutor {
    /// Hundreds of loops that turn at once would starve each other, and what they wait for.
    private static let places = DispatchSemaphore(value: ProcessInfo.processInfo.activeProcessorCount + 2)

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread {
            Self.places.wait()
            defer { Self.places.signal() }
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
