// longwire simulate

import ArgumentParser
import EventLoop
import Foundation
import Gateway
import OpenSSLTLS
import Simulator
import Transport

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs an upstream that needs no account.",
        discussion: """
            It speaks OpenAI's realtime protocol, Gemini Live, chat completions and speech, paced like a model and \
            always with the same answers. Models named sim-refuse-429, sim-stall-handshake, sim-drop-mid-turn and others misbehave on \
            order; Sources/Simulator/README.md lists them.
            """
    )

    @Option(name: .long, help: ArgumentHelp("Address to listen on.", valueName: "HOST:PORT"))
    var listen: String

    @Option(name: .long, help: ArgumentHelp("Certificate chain; with --private-key it serves TLS.", valueName: "PEM"))
    var certificate: String?

    @Option(name: .customLong("private-key"), help: ArgumentHelp("The certificate's private key.", valueName: "PEM"))
    var privateKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Write everything that arrives to this file, secrets included.", valueName: "FILE")
    )
    var log: String?

    @OptionGroup var logging: LogOption

    func validate() throws {
        guard SocketAddress(self.listen) != nil else {
            throw ValidationError("'\(self.listen)' is not HOST:PORT; write for example 127.0.0.1:9000.")
        }
        guard (self.certificate == nil) == (self.privateKey == nil) else {
            throw ValidationError("--certificate and --private-key go together.")
        }
    }

    func run() async throws {
        DescriptorLimit.raise()
        let signals = TerminationSignals()
        do {
            guard let address = SocketAddress(self.listen) else { return }
            let crew = try LoopCrew(loops: 1, limits: TransportLimits(), logger: ServiceLog(self.logging).logger)
            let bound = try await SimulatorServer.serve(
                on: crew,
                [Binding(address: address, tls: try self.tls())],
                log: try self.log.map { try SimulatorLog(path: $0) }
            )
            for address in bound {
                Console.announce("longwire: listening on \(self.certificate == nil ? "http" : "https")://\(address)")
            }
            _ = await signals.wait()
            await crew.shutDown(grace: SimulatorServer.grace)
        } catch {
            Console.complain("\(error)")
            throw ExitCode(Console.configurationExit)
        }
    }

    private func tls() throws -> TLSContext? {
        guard let certificate = self.certificate, let privateKey = self.privateKey else { return nil }
        return try TLSContext(
            server: TLSServerConfiguration(certificateChainFile: certificate, privateKeyFile: privateKey)
        )
    }
}
