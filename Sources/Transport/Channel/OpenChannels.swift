// How many channels are open in the process: what a shutdown waits for.

import Synchronization

/// A count that all loops share.
package final class OpenChannels: Sendable {
    private let state = Atomic(0)

    package init() {}

    package var count: Int { self.state.load(ordering: .relaxed) }

    func opened() { self.state.add(1, ordering: .relaxed) }
    func closed() { self.state.subtract(1, ordering: .relaxed) }
}
