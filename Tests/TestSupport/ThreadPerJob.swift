// Threads for tests that turn a loop by hand. Such a test blocks its thread, and on a small machine the threads of the
// cooperative pool are few: were they all blocked, the work that the loops hand to the pool would never run.

import Foundation

/// Runs each job on a thread of its own.
package final class ThreadPerJob: TaskExecutor {
    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread {
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
