// Descriptors that connections must leave to the rest of the process. SQLite, the resolver, journals and a reload open
// files and sockets of their own, and what makes Swift's tasks run does, too: once a second, while tasks wait for a
// thread, libdispatch reads /proc/self/task/*/stat, and a process in which it cannot is ended
// (swift-corelibs-libdispatch, workqueue.c: "registered worker exited prematurely"). A flood of connections must reach
// neither (`robustness.md` A22).
//
// They are counted, not judged by their numbers: a file that is opened for a moment would push a connection up, which
// then stays there.

import Synchronization

/// How many descriptors connections may have, for all loops that share it.
package final class DescriptorRoom: Sendable {
    /// The room of this process, whose descriptors are one table.
    package static let process = DescriptorRoom()

    /// What is kept for everything else: half of what is left when all else is open, and within these bounds.
    private static let kept = 16...128

    /// Two clients, and an upstream for each.
    private static let least = 4

    private let limit: Atomic<Int>
    private let count = Atomic(0)

    /// Those that are in use; never negative.
    package var taken: Int { self.count.load(ordering: .relaxed) }

    package init(limit: Int = .max) {
        self.limit = Atomic(limit)
    }

    /// Finds the room once everything runs that a process has open besides connections.
    ///
    /// - Parameters:
    ///   - open: descriptors that are open now, those of connections included.
    ///   - allowed: what the process may have (getrlimit(2), RLIMIT_NOFILE).
    /// - Throws: `TooFewDescriptors` when there is none.
    package func settle(open: Int, allowed: Int) throws(TooFewDescriptors) {
        let left = allowed - open
        let kept = min(max(left / 2, Self.kept.lowerBound), Self.kept.upperBound)
        guard left - kept >= Self.least else { throw TooFewDescriptors(open: open, allowed: allowed) }
        self.limit.store(self.taken + left - kept, ordering: .relaxed)
    }

    /// False when there is no room, and then nothing is taken.
    func take() -> Bool {
        let limit = self.limit.load(ordering: .relaxed)
        var seen = self.taken
        while seen < limit {
            let (isDone, now) = self.count.weakCompareExchange(expected: seen, desired: seen + 1, ordering: .relaxed)
            if isDone { return true }
            seen = now
        }
        return false
    }

    func giveBack() {
        self.count.subtract(1, ordering: .relaxed)
    }
}

/// A process whose descriptors are used up before anybody has connected.
package struct TooFewDescriptors: Error, Equatable, CustomStringConvertible {
    package let open: Int
    package let allowed: Int

    package var description: String {
        """
        The process may have \(self.allowed) descriptors and uses \(self.open) before anybody connects. Allow it more: \
        ulimit -n 4096, or LimitNOFILE= of a systemd unit.
        """
    }
}
