// The command line of the HTTP measurements.

import ArgumentParser
import BenchCore

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

    @OptionGroup var options: BenchOptions

    @Option(help: "What the upstream speaks: openai or claude.")
    var dialect = ChatWorkload.UpstreamDialect.openai

    @Option(help: "Clients at the same time.")
    var connections = 64

    @Option(help: "Pieces of text in a streamed answer.")
    var chunks = 100

    @Option(help: "Bytes of text in a piece, or in a whole answer.")
    var textBytes = 32

    private var workload: ChatWorkload {
        ChatWorkload(
            mode: self.mode,
            dialect: self.dialect,
            connections: self.connections,
            chunks: self.chunks,
            textBytes: self.textBytes,
            warmUpSeconds: self.options.warmUp,
            seconds: self.options.seconds
        )
    }

    func validate() throws {
        do {
            try self.workload.validate()
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        DescriptorLimit.raise()
        let measurement = try ChatMeasurement(
            relay: self.options.relay,
            upstream: self.options.upstream,
            headers: self.options.header,
            pids: self.options.pid,
            workload: self.workload
        )
        let report = try measurement.run()
        print(self.options.json ? try report.json() : report.table, terminator: self.options.json ? "\n" : "")
    }
}
