// The load generator's command line. `tools/bench/run` calls it once for each cell of its table.

import ArgumentParser
import BenchCore
import EventLoop
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

    @Option(help: ArgumentHelp("Where the relay accepts clients.", valueName: "ip:port"))
    var relay: String

    @Option(help: ArgumentHelp("Where to listen as the upstream.", valueName: "ip:port"))
    var upstream: String

    @Option(help: ArgumentHelp("A process of the relay; may be repeated.", valueName: "pid"))
    var pid: [Int32] = []

    @Option(help: "Sessions at the same time.")
    var sessions = 64

    @Option(help: "Bytes of a message.")
    var size = 1024

    @Option(help: "up, down or both; the default depends on the mode.")
    var direction: WorkloadDirection?

    @Option(help: "Messages a second and session, when paced.")
    var rate = 20.0

    @Option(help: "How long to measure.")
    var seconds = 2.5

    @Option(help: "How long to work before measuring, in seconds.")
    var warmUp = 0.5

    @Option(help: "Sessions being opened at the same time.")
    var openParallel = 16

    @Flag(help: "Put the type of an event at its end.")
    var typeLast = false

    @Option(help: "The path and query of upgrade requests.")
    var path = "/v1/realtime?model=bench"

    @Option(help: ArgumentHelp("A line for the head of upgrade requests; may be repeated.", valueName: "name: value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("The upstream speaks TLS with this certificate chain.", valueName: "pem"))
    var certificate: String?

    @Option(help: ArgumentHelp("Its private key.", valueName: "pem"))
    var privateKey: String?

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    private var workload: Workload {
        Workload(
            mode: self.mode,
            direction: self.direction,
            sessions: self.sessions,
            size: self.size,
            rate: self.rate,
            warmUpSeconds: self.warmUp,
            seconds: self.seconds,
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
        for address in [self.relay, self.upstream] where SocketAddress(address) == nil {
            throw ValidationError("'\(address)' is not IP:PORT.")
        }
        guard (self.certificate == nil) == (self.privateKey == nil) else {
            throw ValidationError("--certificate and --private-key belong together.")
        }
    }

    func run() throws {
        guard let relay = SocketAddress(self.relay), let upstream = SocketAddress(self.upstream) else { return }
        DescriptorLimit.raise()
        var tls: TLSContext?
        if let certificate, let privateKey {
            tls = try TLSContext(
                server: TLSServerConfiguration(certificateChainFile: certificate, privateKeyFile: privateKey)
            )
        }
        let measurement = try Measurement(
            Measurement.Setting(
                relay: relay,
                upstream: upstream,
                tls: tls,
                path: self.path,
                headers: self.header,
                pids: self.pid,
                workload: self.workload
            )
        )
        let report = try measurement.run()
        print(self.json ? try report.json() : report.table, terminator: self.json ? "\n" : "")
    }
}
