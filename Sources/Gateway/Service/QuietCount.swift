// Counts the loops that still have work under way while the process drains.

import Synchronization

/// Opens when every loop has said that it is quiet.
final class QuietCount: Sendable {
    private let busy = Mutex(0)
    private let latch = Latch()

    func add() {
        self.busy.withLock { $0 += 1 }
    }

    func remove() {
        let left = self.busy.withLock { busy in
            busy -= 1
            return busy
        }
        if left <= 0 {
            self.latch.open()
        }
    }

    /// Waits no longer than this, although there be work left.
    func wait(atMost grace: Duration) async {
        await self.latch.wait(atMost: grace)
    }
}
