// Counters that wake somebody: an eventfd in a poller's set, or a semaphore that threads block on.

import CLinux

/// Makes a poller return.
///
/// Any thread may signal.
final class WakeUp: Sendable {
    let descriptor: CInt

    init() throws(SystemError) {
        descriptor = CInt(truncatingIfNeeded: try CallResult(lw_eventfd_create()).get())
    }

    deinit {
        _ = lw_close(descriptor)
    }

    func signal() {
        // The only failure is EAGAIN: the counter is so high that the poller is awake anyway.
        _ = lw_eventfd_add(descriptor, 1)
    }

    func reset() {
        _ = lw_eventfd_take(descriptor)
    }
}

/// A counting semaphore between threads.
final class Semaphore: Sendable {
    private let descriptor: CInt

    init() throws(SystemError) {
        descriptor = CInt(truncatingIfNeeded: try CallResult(lw_semaphore_create()).get())
    }

    deinit {
        _ = lw_close(descriptor)
    }

    func signal(_ times: Int = 1) {
        guard times > 0 else { return }
        _ = lw_eventfd_add(descriptor, UInt64(times))
    }

    /// Blocks until there is one to take.
    func wait() {
        _ = lw_eventfd_take(descriptor)
    }
}
