// The whole relay while the n-th system call fails, is interrupted, comes up short or sees the end of the stream:
// whatever happens, both sides end, everything is settled once, and nothing is left.

import EventLoop
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("Faults under the relay", .ownThread)
struct RelayFaultTests {
    private static let faults: [FaultyCalls.Fault] = [
        .fail(.connectionReset), .fail(.noBufferSpace), .short(1), .wouldBlock, .endOfStream,
    ]

    @Test("an open session", arguments: [FaultyCalls.Call.receive, .send, .sendGathered, .changePoller])
    func session(call: FaultyCalls.Call) throws {
        for fault in Self.faults {
            for nth in 1...6 {
                let stage = try RelayStage()
                let (client, upstream) = try stage.session()
                stage.stage.calls.inject(fault, into: call, at: nth)
                for index in 0..<4 {
                    let text = String(repeating: "\(index)", count: 500)
                    client.say(WireFrame.text(text).masked)
                    upstream.say(WireFrame.text(text).unmasked)
                    stage.settle()
                }
                self.expectPrefix(client, isMasked: false)
                self.expectPrefix(upstream, isMasked: true)
                client.cut()
                upstream.cut()
                #expect(stage.run { stage.service.sessionCount == 0 }, "\(call) \(fault) \(nth)")
                #expect(stage.log.entries("session ended").count == 1, "\(call) \(fault) \(nth)")
                stage.expectNothingLeft()
            }
        }
    }

    /// What a peer heard is a beginning of what the other said, and then at most how the session ended.
    private func expectPrefix(_ peer: ScriptedPeer, isMasked: Bool) {
        var expected = 0
        while let frame = peer.takeFrame() {
            #expect(frame.isMasked == isMasked)
            guard frame.opcode == 1, !frame.text.hasPrefix("{") else { continue }
            #expect(frame.text == String(repeating: "\(expected)", count: 500))
            expected += 1
        }
    }

    @Test(
        "a session that is being opened",
        arguments: [
            FaultyCalls.Call.receive, .send, .openSocket, .connect, .changePoller, .accept,
        ]
    )
    func opening(call: FaultyCalls.Call) throws {
        for fault in Self.faults {
            for nth in 1...4 {
                let stage = try RelayStage()
                stage.stage.calls.inject(fault, into: call, at: nth)
                let client = try stage.realtimeClient()
                var upstream: ScriptedPeer?
                let isOver = stage.run {
                    // An accept that failed is tried again after a pause.
                    if call == .accept { stage.clock.advance(by: .milliseconds(1)) }
                    upstream = upstream ?? stage.listeners[0].takePeer()
                    if let upstream, let head = upstream.takeHead() { upstream.say(stage.acceptance(of: head)) }
                    return client.end != nil || client.takeHead() != nil
                }
                #expect(isOver, "\(call) \(fault) \(nth)")
                upstream?.cut()
                stage.expectNothingLeft(client)
            }
        }
    }

    @Test("a chat completion", arguments: [FaultyCalls.Call.receive, .send, .openSocket, .connect, .changePoller])
    func chat(call: FaultyCalls.Call) throws {
        for fault in Self.faults {
            for nth in 1...5 {
                let stage = try RelayStage()
                let client = try stage.client()
                stage.stage.calls.inject(fault, into: call, at: nth)
                client.say(
                    "POST \(ChatScript.path) HTTP/1.1\r\nHost: relay\r\n\(stage.bearer)"
                        + "Content-Length: \(ChatScript.streamed.utf8.count)\r\n\r\n\(ChatScript.streamed)"
                )
                var upstream: ScriptedPeer?
                var isAnswered = false
                let isOver = stage.run {
                    upstream = upstream ?? stage.listeners[0].takePeer()
                    if let upstream, !isAnswered, upstream.takeAnswer() != nil {
                        isAnswered = true
                        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.done))
                        upstream.say(ChatScript.lastChunk)
                    }
                    return client.end != nil || client.text.hasSuffix("0\r\n\r\n") || client.takeAnswer() != nil
                }
                #expect(isOver, "\(call) \(fault) \(nth)")
                // A stream that ends says so by an error, by [DONE], or by the connection's end.
                if let answer = client.takeAnswer(), answer.status == 200 {
                    #expect(answer.text.contains("[DONE]") != answer.text.contains("\"error\""))
                }
                stage.expectNothingLeft(client)
            }
        }
    }
}
