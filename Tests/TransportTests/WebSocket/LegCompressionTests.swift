// permessage-deflate through a leg (RFC 7692): what is inflated arrives whole and in order, whatever the backpressure,
// and what goes out compressed can be inflated again (`robustness.md` D1, D3).

import EventLoop
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("LegCompression", .ownThread)
struct LegCompressionTests {
    /// What both sides agree to when neither keeps a context.
    private func parameters(keepsContext: Bool = false) throws -> DeflateParameters {
        let offer =
            keepsContext
            ? "permessage-deflate" : "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        let settings = DeflateSettings(allowsContextTakeover: keepsContext)
        return try #require(DeflateNegotiation.accept(offer, settings: settings)).parameters
    }

    /// §7.2.1: deflates, flushes, and takes off the last four bytes.
    private func deflated(_ payload: [UInt8]) throws -> [UInt8] {
        let deflater = try #require(Deflater(windowBits: 15, level: 6, memoryLevel: 8))
        var output = [UInt8](repeating: 0, count: payload.count + 1024)
        var span = output.mutableSpan
        let room = 0..<span.count
        let step = deflater.step(payload.span, into: &span, room: room, flushes: true)
        #expect(step.consumed == payload.count)
        return Array(output[..<(step.produced - 4)])
    }

    /// A masked frame with RSV1, as a client sends a compressed message.
    private func compressed(_ payload: [UInt8]) throws -> [UInt8] {
        WireFrame(2, try self.deflated(payload), reserved: 4).masked
    }

    private static let messages: [[UInt8]] = [
        [], [1], noise(125), [UInt8](repeating: 65, count: 126), noise(65_535), repeated(noise(100), 700),
        [UInt8](repeating: 66, count: 1_048_576),
    ]

    @Test("compressed messages of every size arrive as they were", arguments: [false, true])
    func inflates(isSecure: Bool) throws {
        let stage = try LegStage(.server, isSecure: isSecure, deflate: self.parameters())
        stage.leg.start()
        for message in Self.messages { stage.peer.say(try self.compressed(message)) }
        #expect(stage.run { stage.handler.messages.count == Self.messages.count })
        #expect(stage.handler.messages.map(\.payload) == Self.messages)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("a handler that takes one piece at a time gets all of them in order", arguments: [false, true])
    func inflatesUnderBackpressure(isSecure: Bool) throws {
        let stage = try LegStage(.server, isSecure: isSecure, deflate: self.parameters())
        stage.handler.onTurn = { leg, _ in leg.pauseReading() }
        stage.leg.start()
        // Small on the wire, so that one read brings many, and over TLS each in a record of its own.
        let messages = (0..<20).map { [UInt8](repeating: UInt8($0), count: 200_000) }
        for message in messages { stage.peer.say(try self.compressed(message)) }
        stage.settle()
        #expect(stage.handler.messages.count < messages.count)
        #expect(
            stage.run {
                stage.leg.resumeReading()
                return stage.handler.messages.count == messages.count || !stage.handler.ends.isEmpty
            }
        )
        #expect(stage.handler.messages.map(\.payload) == messages)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test(
        "what is half inflated when the peer ends is still delivered before the end is told",
        arguments: [false, true]
    )
    func endWhilePending(isSecure: Bool) throws {
        let stage = try LegStage(.server, isSecure: isSecure, deflate: self.parameters())
        stage.handler.onTurn = { leg, _ in leg.pauseReading() }
        stage.leg.start()
        let message = [UInt8](repeating: 9, count: 500_000)
        stage.peer.say(try self.compressed(message))
        stage.say(.close(4000, "done"))
        stage.peer.finish()
        stage.settle()
        #expect(stage.handler.ends.isEmpty)
        #expect(
            stage.run {
                stage.leg.resumeReading()
                return !stage.handler.ends.isEmpty
            }
        )
        #expect(stage.handler.messages.map(\.payload) == [message])
        #expect(stage.handler.ends == [.closed(code: CloseCode(4000), reason: "done")])
        stage.expectNothingLeft()
    }

    @Test("D1: a message that inflates beyond the limit fails with 1009, having cost a block at a time")
    func bomb() throws {
        let limits = WebSocketLimits(messageBytes: 1_000_000)
        let stage = try LegStage(.server, limits: limits, deflate: self.parameters())
        stage.leg.start()
        stage.peer.say(try self.compressed([UInt8](repeating: 0, count: 20_000_000)))
        #expect(stage.frame()?.closeCode == 1009)
        #expect(stage.handler.chunks.reduce(0) { $0 + $1.payload.count } <= 1_000_000)
        #expect(stage.handler.ends == [.violation(.messageTooBig)])
        stage.expectNothingLeft()
    }

    @Test("D3: what does not inflate fails with 1007")
    func corrupt() throws {
        let stage = try LegStage(.server, deflate: self.parameters())
        stage.leg.start()
        stage.peer.say(WireFrame(2, [0xFF, 0xFF, 0xFF, 0xFF], reserved: 4).masked)
        #expect(stage.frame()?.closeCode == 1007)
        #expect(stage.handler.ends == [.violation(.corruptCompression)])
        stage.expectNothingLeft()
    }

    @Test("what a leg compresses another inflates, with and without a context kept", arguments: [false, true])
    func echo(keepsContext: Bool) throws {
        let stage = try LegStage(.server, deflate: self.parameters(keepsContext: keepsContext))
        stage.echo()
        stage.leg.start()
        let reader = try LegStage(.client, deflate: self.parameters(keepsContext: keepsContext))
        reader.leg.start()
        let text = Array(String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 200).utf8)
        for _ in 0..<3 { stage.peer.say(WireFrame(1, text).masked) }
        stage.say(.text("short"))
        // The bytes of one connection are fed to the other.
        var isCompressed = false
        #expect(
            stage.run {
                let bytes = stage.peer.takeAll()
                isCompressed = isCompressed || (bytes.first ?? 0) & 0x40 != 0
                reader.peer.say(bytes)
                reader.settle()
                return reader.handler.messages.count == 4
            }
        )
        #expect(isCompressed)
        #expect(
            reader.handler.messages == [WireFrame(1, text), WireFrame(1, text), WireFrame(1, text), .text("short")]
        )
        reader.expectNothingLeft()
        stage.expectNothingLeft()
    }
}
