// State that several threads share, under the standard library's lock.
//
// `Mutex` takes its lock inside the standard library, which is not built for the thread sanitizer: on its own it lets
// the sanitizer see races wherever it prevents them. This tells the sanitizer about the order that the lock makes; in
// other builds the two calls do nothing.

import CLinux
import Synchronization

/// A value that is only reached under a lock.
package struct Guarded<State>: ~Copyable, Sendable {
    private let mutex: Mutex<State>
    /// Only its address matters: the state's own cannot be had without what counts as an access.
    private let place = Place()

    package init(_ state: consuming sending State) {
        mutex = Mutex(state)
    }

    /// Runs the body with the lock held; the body must not block or come back here.
    package func withLock<R, E: Error>(_ body: (inout sending State) throws(E) -> sending R) throws(E) -> sending R {
        try mutex.withLock { (state: inout sending State) throws(E) -> sending R in
            unsafe lw_order_acquire(Unmanaged.passUnretained(place).toOpaque())
            defer { unsafe lw_order_release(Unmanaged.passUnretained(place).toOpaque()) }
            return try body(&state)
        }
    }
}

private final class Place: Sendable {}
