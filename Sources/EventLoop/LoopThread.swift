// Threads of the operating system: for loops, and for calls that block. None of them receives asynchronous signals,
// which are the main thread's business.

import CLinux
import Synchronization

/// A named thread that runs one function.
package final class LoopThread: Sendable {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// What `join` needs; nil once somebody has joined.
    private let identity: Mutex<UInt64?>

    /// Starts the thread.
    ///
    /// Linux shows the first 15 bytes of the name.
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var identity: UInt64 = 0
        let result = unsafe lw_thread_start(
            &identity,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                unsafe start.name.withCString { unsafe lw_thread_set_name($0) }
                start.body()
                return nil
            },
            start.toOpaque()
        )
        if result != 0 {
            unsafe start.release()
            throw SystemError(0 &- result)
        }
        self.identity = Mutex(identity)
    }

    /// A thread that nobody joined frees itself when it ends.
    deinit {
        if let identity = identity.withLock(\.self) {
            lw_thread_detach(identity)
        }
    }

    /// Waits for the thread's end.
    ///
    /// Not to be called on the thread itself; a second call does nothing.
    package func join() {
        let identity = identity.withLock { identity in
            let taken = identity
            identity = nil
            return taken
        }
        if let identity {
            _ = lw_thread_join(identity)
        }
    }
}
