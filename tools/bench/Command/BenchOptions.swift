// What all measurements are told alike: between which addresses, for how long, and how to report.

import ArgumentParser
import BenchCore
import EventLoop

/// The options of every measurement.
struct BenchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the relay accepts clients.", valueName: "ip:port"), transform: Self.address)
    var relay: SocketAddress

    @Option(help: ArgumentHelp("Where to listen as the upstream.", valueName: "ip:port"), transform: Self.address)
    var upstream: SocketAddress

    @Option(help: ArgumentHelp("A process of the relay; may be repeated.", valueName: "pid"))
    var pid: [Int32] = []

    @Option(help: "How long to measure.")
    var seconds = 2.5

    @Option(help: "How long to work before measuring, in seconds.")
    var warmUp = 0.5

    @Option(help: ArgumentHelp("A line for the head of requests; may be repeated.", valueName: "name: value"))
    var header: [String] = []

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    private static func address(_ text: String) throws -> SocketAddress {
        guard let address = SocketAddress(text) else { throw ValidationError("'\(text)' is not IP:PORT.") }
        return address
    }
}
