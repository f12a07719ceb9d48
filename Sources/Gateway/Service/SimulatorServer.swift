// The simulated upstream as a service of its own: for `longwire simulate`, and inside `serve` when no provider is set.

package import EventLoop
package import Simulator
import Transport

/// Serves the simulator on a crew of loops.
package enum SimulatorServer {
    /// The seed of all simulated sessions: the same input gets the same output, today and tomorrow.
    private static let seed: UInt64 = 1

    /// Returns the addresses that were bound.
    package static func serve(
        on crew: LoopCrew,
        _ bindings: [Binding],
        log: SimulatorLog?
    ) async throws -> [SocketAddress] {
        try await crew.serve(bindings) { context, index in
            SimulatorService(context: context, seed: Self.seed, index: index, log: log)
        } drain: { _, quiet in
            quiet()
        }
    }
}
