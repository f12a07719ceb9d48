// Which signal came first: the handler runs on a queue of its own, so the name is kept under a lock.

import Synchronization

/// The name of the first signal that came.
final class SignalName: Sendable {
    private let text = Mutex<String?>(nil)

    func set(_ name: String) {
        self.text.withLock { $0 = $0 ?? name }
    }

    func get() -> String {
        self.text.withLock { $0 ?? "" }
    }
}
