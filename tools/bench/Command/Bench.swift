// The load generator's command line. `tools/bench/run` calls it once for each cell of its table.

import ArgumentParser
import BenchCore
import Foundation
import Glibc
import OpenSSLTLS

extension WorkloadMode: ExpressibleByArgument {}
extension WorkloadDirection: ExpressibleByArgument {}

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Plays both ends around a relay and tells what the relay spent.",
        subcommands: [WireBench.self, ChatBench.self],
        defaultSubcommand: WireBench.self
    )
}

/// WebSocket sessions.
struct WireBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wire",
        abstract: "Plays both ends around a WebSocket relay and tells what the relay spent.",
        discussion: """
            The relay listens where --relay says and forwards to --upstream, where this program listens. Every message \
            that arrives is compared byte by byte with the one that was sent; the first difference ends the program.
            Without --pid only the load generator's own figures are told; with --relay equal to --upstream the two \
            ends talk to each other, which is the ground that a relay's latency stands on.
            """
    )

    @Argument(help: "ping-pong, stream, paced, idle or stall.")
    var mode: WorkloadMode

    @OptionGroup var options: BenchOptions

    @Option(help: "Sessions at the same time.")
    var sessions = 64

    @Option(help: "Bytes of a message.")
    var size = 1024

    @Option(help: "up, down or both; the default depends on the mode.")
    var direction: WorkloadDirection?

    @Option(help: "Messages a second and session, when paced.")
    var rate = 20.0

    @Option(help: "Messages under way in a session's stream, 64 KiB at least; 0: what the kernel takes.")
    var window = 0

    @Option(help: "Sessions being opened at the same time.")
    var openParallel = 16

    @Flag(help: "Put the type of an event at its end.")
    var typeLast = false

    @Option(help: "The path and query of upgrade requests.")
    var path = "/v1/realtime?model=bench"

    @Option(help: ArgumentHelp("The upstream speaks TLS with this certificate chain.", valueName: "pem"))
    var certificate: String?

    @Option(help: ArgumentHelp("Its private key.", valueName: "pem"))
    var privateKey: String?

    private var workload: Workload {
        Workload(
            mode: self.mode,
            direction: self.direction,
            sessions: self.sessions,
            size: self.size,
            rate: self.rate,
            window: self.window,
            warmUpSeconds: self.options.warmUp,
            seconds: self.options.seconds,
            openParallel: self.openParallel,
            typeLast: self.typeLast
        )
    }

    func validate() throws {
        do {
            try self.workload.validate()
        } catch {
            throw ValidationError(error.description)
        }
        guard (self.certificate == nil) == (self.privateKey == nil) else {
            throw ValidationError("--certificate and --private-key belong together.")
        }
    }

    func run() throws {
        DescriptorLimit.raise()
        var tls: TLSContext?
        if let certificate, let privateKey {
            tls = try TLSContext(
                server: TLSServerConfiguration(certificateChainFile: certificate, privateKeyFile: privateKey)
            )
        }
        let measurement = try Measurement(
            Measurement.Setting(
                relay: self.options.relay,
                upstream: self.options.upstream,
                tls: tls,
                path: self.path,
                headers: self.options.header,
                pids: self.options.pid,
                workload: self.workload
            )
        )
        let report = try measurement.run()
        print(self.options.json ? try report.json() : report.table, terminator: self.options.json ? "\n" : "")
    }
}
