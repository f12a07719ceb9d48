// Other limits for a loop at work.

import HTTPFraming
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("TransportContext", .ownThread)
struct TransportContextTests {
    @Test("other limits count at once, within what is possible")
    func limits() throws {
        let stage = try TransportStage()
        var limits = stage.context.limits
        limits.http.headBytes = 1 << 30
        limits.readBytes = 4096
        limits.connectionsPerLoop = 1
        stage.context.adopt(limits)
        #expect(stage.context.limits.readBytes == 4096)
        #expect(stage.context.limits.http.headBytes == 128 * 1024)
        #expect(stage.context.acceptGate.opened())
        stage.expectNothingLeft()
    }

    @Test("streams are made anew only where compression is another")
    func compression() throws {
        let stage = try TransportStage()
        let before = stage.context.deflatePool
        var limits = stage.context.limits
        limits.pingInterval = .seconds(1)
        stage.context.adopt(limits)
        #expect(stage.context.deflatePool === before)
        limits.deflate = DeflateSettings(allowsContextTakeover: true, rule: CompressionRule(minimumBytes: 7))
        stage.context.adopt(limits)
        #expect(stage.context.deflatePool.settings == limits.deflate)
        stage.expectNothingLeft()
    }
}
