// The simulated upstream as a service of its own: for `longwire simulate`, and inside `serve` when no provider is set.

package import EventLoop
import Logging
import SessionCore
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
        } drain: { service, quiet in
            (service as? SimulatorService)?.leave()
            quiet()
        }
    }

    /// How long its end may take: there is nothing to wait for but a turn of its loops.
    package static let grace: Duration = .milliseconds(300)
}

/// The simulator inside a relay's process.
struct RunningSimulator: Sendable {
    let crew: LoopCrew
    private let port: Int

    /// Starts it when an upstream asks for the one in the process, unless `running` is it already, and points such upstreams
    /// at it; returns the one that runs.
    static func serve(
        _ configuration: inout Configuration,
        running: RunningSimulator? = nil,
        logger: Logger
    ) async throws -> RunningSimulator? {
        guard configuration.upstreams.contains(where: \.isInProcess) else { return running }
        let simulator: RunningSimulator
        if let running { simulator = running } else { simulator = try await self.started(logger) }
        for index in configuration.upstreams.indices where configuration.upstreams[index].isInProcess {
            configuration.upstreams[index].baseURL.port = simulator.port
        }
        return simulator
    }

    private static func started(_ logger: Logger) async throws -> RunningSimulator {
        let crew = try LoopCrew(loops: 1, limits: TransportLimits(), logger: logger)
        let bound = try await SimulatorServer.serve(
            on: crew,
            [Binding(address: .loopback(port: 0), tls: nil)],
            log: nil
        )
        guard let address = bound.first else { throw BindingError(description: "the simulator has no address") }
        return RunningSimulator(crew: crew, port: Int(address.port))
    }
}
