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

    /// Ends the wait although there is work left.
    func giveUp() {
        self.latch.open()
    }

    func wait() async {
        await self.latch.wait()
    }
}
