// The command line of the HTTP measurements.

import ArgumentParser
import BenchCore
import EventLoop

extension ChatWorkload.Mode: ExpressibleByArgument {}
extension ChatWorkload.UpstreamDialect: ExpressibleByArgument {}

/// HTTP exchanges.
struct ChatBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Plays both ends of chat completions around an HTTP relay and tells what the relay spent.",
        discussion: """
            Clients speak OpenAI's dialect and have one exchange under way each. Where the upstream speaks it too, every \
            byte of every answer is compared; a translated answer must have all its pieces of text. In mode events a \
            piece is sent when the one before has reached its client.
            """
    )

    @Argument(help: "whole or events.")
    var mode: ChatWorkload.Mode

    @Option(help: ArgumentHelp("Where the relay accepts clients.", valueName: "ip:port"))
    var relay: String

    @Option(help: ArgumentHelp("Where to listen as the upstream.", valueName: "ip:port"))
    var upstream: String

    @Option(help: ArgumentHelp("A process of the relay; may be repeated.", valueName: "pid"))
    var pid: [Int32] = []

    @Option(help: "What the upstream speaks: openai or claude.")
    var dialect = ChatWorkload.UpstreamDialect.openai

    @Option(help: "Clients at the same time.")
    var connections = 64

    @Option(help: "Pieces of text in a streamed answer.")
    var chunks = 100

    @Option(help: "Bytes of text in a piece, or in a whole answer.")
    var textBytes = 32

    @Option(help: "How long to measure.")
    var seconds = 2.5

    @Option(help: "How long to work before measuring, in seconds.")
    var warmUp = 0.5

    @Option(help: ArgumentHelp("A line for the head of requests; may be repeated.", valueName: "name: value"))
    var header: [String] = []

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    private var workload: ChatWorkload {
        ChatWorkload(
            mode: self.mode,
            dialect: self.dialect,
            connections: self.connections,
            chunks: self.chunks,
            textBytes: self.textBytes,
            warmUpSeconds: self.warmUp,
            seconds: self.seconds
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
    }

    func run() throws {
        guard let relay = SocketAddress(self.relay), let upstream = SocketAddress(self.upstream) else { return }
        DescriptorLimit.raise()
        let measurement = try ChatMeasurement(
            relay: relay,
            upstream: upstream,
            headers: self.header,
            pids: self.pid,
            workload: self.workload
        )
        let report = try measurement.run()
        print(self.json ? try report.json() : report.table, terminator: self.json ? "\n" : "")
    }
}
