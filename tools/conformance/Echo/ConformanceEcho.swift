// conformance-echo: the framing layer's own echo, server role, for the protocol suite of tools/conformance to talk to,
// or for a relay to have as its upstream while the suite talks to that.
//
// It is a testee and nothing else: anybody may connect, and its message limit is wide enough for every case.

import ArgumentParser
import EventLoop
import Foundation
import Logging
import Transport
import WebSocketFraming

@main
struct ConformanceEcho: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance-echo",
        abstract: "Echoes the messages of every WebSocket that is opened to it, on any path."
    )

    /// Messages up to this size are echoed; the suite's largest has 16 MiB.
    private static let messageBytes = 64 * 1024 * 1024

    @Option(name: .long, help: ArgumentHelp("Address to listen on.", valueName: "HOST:PORT"))
    var listen: String

    func validate() throws {
        guard SocketAddress(self.listen) != nil else {
            throw ValidationError("'\(self.listen)' is not HOST:PORT; write for example 127.0.0.1:9001.")
        }
    }

    /// Serves until the process is killed.
    func run() throws {
        guard let address = SocketAddress(self.listen) else { return }
        let resolver = try Resolver()
        let setUp: @Sendable (EventLoop) throws -> Void = { loop in
            let service = EchoService(context: Self.context(on: loop, resolver))
            let bound = try service.listen(on: address)
            // Unbuffered: whoever started this waits for the line.
            FileHandle.standardOutput.write(Data("listening on ws://\(bound)\n".utf8))
        }
        let group = try EventLoopGroup.start(count: 1, name: "echo", setUp: setUp)
        group.join()
        resolver.stop()
    }

    private static func context(on loop: EventLoop, _ resolver: Resolver) -> TransportContext {
        var limits = TransportLimits()
        limits.fromClient.messageBytes = Self.messageBytes
        // Everything that can be agreed on is agreed on, and every message compressed: what a relay does more sparingly
        // is to be tested as well.
        limits.deflate = DeflateSettings(
            allowsContextTakeover: true,
            rule: CompressionRule(minimumBytes: 0, compressesBinary: true)
        )
        let logger = Logger(label: "conformance-echo") { StreamLogHandler.standardError(label: $0) }
        return TransportContext(loop: loop, resolver: resolver, limits: limits, logger: logger)
    }
}
