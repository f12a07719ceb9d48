// Lines of batches, handed to the loops in turn.

import EventLoop
import Relay
import Synchronization

/// Runs lines on the loops that serve.
final class LoopBatchRunner: BatchRunner {
    private struct State {
        var relays: [LoopBound<RelayService>] = []
        var turn = 0
    }

    private let state = Mutex(State())

    /// A loop begins to serve.
    func add(_ relay: RelayService, on loop: LoopHandle) {
        let bound = LoopBound(relay, on: loop)
        self.state.withLock { $0.relays.append(bound) }
    }

    func run(_ work: BatchWork, then: @escaping @Sendable (BatchLineEnd) -> Void) -> Bool {
        let relay: LoopBound<RelayService>? = self.state.withLock { state in
            guard !state.relays.isEmpty else { return nil }
            state.turn = (state.turn + 1) % state.relays.count
            return state.relays[state.turn]
        }
        guard let relay else { return false }
        return relay.loop.execute { _ in _ = relay.withValue { $0.run(work, then: then) } }
    }
}
