// longwire serve

import ArgumentParser
import Foundation
import Gateway
import SessionCore
import Telemetry

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the relay.",
        discussion: """
            With an empty store it makes one key and prints it, once. SIGTERM and SIGINT end it in order: realtime \
            sessions are told and closed with 1001, HTTP exchanges may finish, and it exits within 8 seconds.
            SIGHUP makes it read the configuration again: what is good counts for whatever begins afterwards, \
            certificates included, and ends nothing; what has faults changes nothing, and the log says why. \
            Addresses, the store and the log's format count after a restart.
            Logs go to standard error, one line each; GET /metrics, /healthz and /readyz tell machines how it is doing.
            """
    )

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var log: LogOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Address to listen on, instead of those of the configuration; may be repeated.",
            valueName: "HOST:PORT"
        )
    )
    var listen: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Event loops; 0 for one per core, fewer where descriptors are few.", valueName: "N")
    )
    var loops = 0

    /// How long the end waits for whoever reads the log.
    private static let lastWordsMilliseconds = 500

    /// How long the end waits for a reload, which may hang on a file.
    private static let reloadPatience: Duration = .seconds(2)

    func validate() throws {
        for text in self.listen where Listener(text) == nil {
            throw ValidationError("'\(text)' is not HOST:PORT; write for example 127.0.0.1:8080 or [::1]:8080.")
        }
        guard (0...256).contains(self.loops) else {
            throw ValidationError("--loops must be between 0 and 256.")
        }
    }

    func run() async throws {
        let signals = TerminationSignals()
        // Before anything takes its time: whoever asks for a reload meanwhile gets it.
        let hangUp = HangUpSignal { [end = signals.end] in end("SIGHUP: the terminal is gone") }
        let configuration = self.listening(try self.config.load())
        DescriptorLimit.raise()
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let count = self.loops == 0 ? DescriptorLimit.loops(processors: processors) : self.loops
        let log = ServiceLog(self.log, configured: configuration.log, secrets: configuration.secrets)
        defer { log.sink.flush(milliseconds: Self.lastWordsMilliseconds) }
        let server: RelayServer
        do {
            server = try await RelayServer.start(configuration, loops: count, logger: log.logger) {
                [
                    MetricSample(MetricCatalog.logDropped, value: Int64(log.sink.dropped)),
                    MetricSample(MetricCatalog.build, dimensions: [("version", Longwire.version)], value: 1),
                ]
            }
        } catch {
            Console.complain("\(error)")
            throw ExitCode(Console.configurationExit)
        }
        for address in server.addresses {
            Console.announce("longwire: listening on \(address)")
        }
        Console.announce(Welcome.text(server, configuration))
        let reloads = Task { [self] in
            for await _ in hangUp.wishes { await self.reload(server, log) }
        }
        let signal = await signals.wait()
        reloads.cancel()
        Console.announce("longwire: \(signal): ending sessions and stopping")
        await server.shutDown()
        await self.waitForEnd(of: reloads)
    }

    /// A reload that is under way still reads certificates, with what a process that ends takes down (OPENSSL_cleanup(3)).
    private func waitForEnd(of reloads: Task<Void, Never>) async {
        let ended = Latch()
        Task {
            await reloads.value
            ended.open()
        }
        await ended.wait(atMost: Self.reloadPatience)
    }

    /// What the command line says goes before what is configured.
    private func listening(_ configuration: Configuration) -> Configuration {
        guard !self.listen.isEmpty else { return configuration }
        var configuration = configuration
        configuration.listeners = self.listen.compactMap { Listener($0) }
        return configuration
    }

    private func reload(_ server: RelayServer, _ log: ServiceLog) async {
        let outcome = await server.reload {
            let configuration = self.listening(try self.config.read())
            log.hide(configuration.secrets)
            return configuration
        }
        if case .taken(let configuration, _) = outcome { log.follow(configuration) }
    }
}
