// How many channels are open in the process: what a shutdown waits for.

import EventLoop

/// A count that all loops share.
package final class OpenChannels: Sendable {
    private let state = Guarded(0)

    package init() {}

    package var count: Int { self.state.withLock { $0 } }

    func opened() { self.state.withLock { $0 += 1 } }
    func closed() { self.state.withLock { $0 -= 1 } }
}
