// Sockets that were answered 101 before they showed a key: a few per address, so that nobody fills the relay with them.

import Synchronization

/// Counts strangers by address, over all loops.
final class StrangerCount: Sendable {
    private let counts = Mutex<[[UInt8]: Int]>([:])

    /// Counts one more; nil when there are `limit` of them already.
    func enter(_ address: [UInt8], limit: Int) -> Stranger? {
        let isWithin = self.counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < limit else { return false }
            counts[address] = count + 1
            return true
        }
        return isWithin ? Stranger(address, self) : nil
    }

    fileprivate func leave(_ address: [UInt8]) {
        self.counts.withLock { counts in
            let count = counts[address, default: 0]
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}

/// One socket whose owner is not known; counts as long as it is kept.
final class Stranger {
    private let address: [UInt8]
    private let count: StrangerCount

    fileprivate init(_ address: [UInt8], _ count: StrangerCount) {
        self.address = address
        self.count = count
    }

    deinit { self.count.leave(self.address) }
}
