// RFC 6455 §4.1 in the client role, over a socket: what opens a leg, and what each refusal becomes (`robustness.md` E1-E6,
// D7).

import EventLoop
import HTTPFraming
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("WebSocketDial", .ownThread)
struct WebSocketDialTests {
    /// A dial on a stage, and what became of it.
    private final class DialStage {
        let transport: TransportStage
        let listener: ScriptedListener
        private(set) var dial: WebSocketDial
        private(set) var outcomes: [Result<WebSocketLeg, UpstreamFailure>] = []
        let handler = RecordingLegHandler()

        init(
            isSecure: Bool = false,
            subprotocols: [String] = [],
            deflate: DeflateSettings? = nil,
            _ adjust: (inout TransportLimits) -> Void = { _ in }
        ) throws {
            self.transport = try TransportStage(adjust)
            self.listener = try self.transport.stage.listen(tls: isSecure ? Trust.shared().server : nil)
            let endpoint = UpstreamEndpoint(
                name: "upstream",
                host: "127.0.0.1",
                port: self.listener.port,
                tls: isSecure ? try Trust.shared().client() : nil
            )
            self.dial = WebSocketDial(
                WebSocketDialRequest(
                    endpoint: endpoint,
                    target: "/v1/realtime?model=m",
                    fields: HeaderFields([("authorization", "Bearer secret")]),
                    subprotocols: subprotocols,
                    limits: WebSocketLimits(),
                    deflate: deflate,
                    handshakeTimeout: .seconds(10)
                ),
                context: self.transport.context
            )
        }

        var failure: UpstreamFailure? {
            if case .failure(let failure)? = self.outcomes.first { return failure }
            return nil
        }
        var leg: WebSocketLeg? { try? self.outcomes.first?.get() }

        /// Starts, and starts the leg as soon as there is one.
        func start() {
            self.dial.start { outcome in
                self.outcomes.append(outcome)
                let leg = try? outcome.get()
                leg?.handler = self.handler
                leg?.start()
            }
        }

        /// Starts, and reads the upgrade request.
        func request() throws -> (peer: ScriptedPeer, head: WireHead) {
            self.start()
            let peer = try #require(self.transport.stage.accept(self.listener))
            var head: WireHead?
            _ = self.transport.run {
                head = head ?? peer.takeHead()
                return head != nil
            }
            return (peer, try #require(head))
        }

        func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
            self.leg?.drop()
            self.transport.expectNothingLeft(sourceLocation: sourceLocation)
        }
    }

    /// The 101 that answers a request, with fields in place of the usual ones.
    private func answer(_ head: WireHead, _ fields: [String: String?] = [:]) -> String {
        var all: [String: String?] = [
            "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Accept": AcceptKey.accept(for: head["sec-websocket-key"] ?? ""),
        ]
        for (name, value) in fields { all.updateValue(value, forKey: name) }
        let lines = all.compactMap { name, value in value.map { "\(name): \($0)\r\n" } }
        return "HTTP/1.1 101 Switching Protocols\r\n\(lines.joined())\r\n"
    }

    @Test("asks as §4.1 says and opens a leg", arguments: [false, true])
    func opens(isSecure: Bool) throws {
        let stage = try DialStage(isSecure: isSecure)
        let (peer, head) = try stage.request()
        #expect(head.startLine == "GET /v1/realtime?model=m HTTP/1.1")
        #expect(head["host"] == "127.0.0.1:\(stage.listener.port)")
        #expect(head["upgrade"] == "websocket")
        #expect(head["connection"] == "Upgrade")
        #expect(head["sec-websocket-version"] == "13")
        #expect(head["authorization"] == "Bearer secret")
        #expect(head["sec-websocket-protocol"] == nil)
        #expect(head["sec-websocket-extensions"] == nil)
        #expect(AcceptKey.isValid(head["sec-websocket-key"] ?? ""))
        peer.say(self.answer(head))
        #expect(stage.transport.run { !stage.outcomes.isEmpty })
        let leg = try #require(stage.leg)
        #expect(leg.role == .client)
        leg.send(text: Array("hello".utf8))
        #expect(stage.transport.run { peer.takeFrame()?.text == "hello" })
        stage.expectNothingLeft()
    }

    @Test("no two handshakes have the same key")
    func keys() throws {
        let keys = try (0..<20).map { _ in
            let stage = try DialStage()
            let (_, head) = try stage.request()
            stage.dial.cancel()
            stage.expectNothingLeft()
            return head["sec-websocket-key"]
        }
        #expect(Set(keys).count == keys.count)
    }

    @Test("E4: frames in the segment of the 101 are not lost, at every split", arguments: [false, true])
    func gluedFrames(isSecure: Bool) throws {
        let frames =
            WireFrame.text("one").unmasked + WireFrame.text("two").unmasked + WireFrame.close(4000, "x").unmasked
        for split in stride(from: 0, through: 150 + frames.count, by: isSecure ? 40 : 5) {
            let stage = try DialStage(isSecure: isSecure)
            let (peer, head) = try stage.request()
            let bytes = Array(self.answer(head).utf8) + frames
            peer.say(Array(bytes.prefix(split)))
            stage.transport.settle()
            peer.say(Array(bytes.dropFirst(split)))
            // The end comes in the same read as well, over TLS with its close_notify.
            peer.finish()
            #expect(stage.transport.run { !stage.handler.ends.isEmpty })
            #expect(stage.handler.messages == [.text("one"), .text("two")])
            #expect(stage.handler.ends == [.closed(code: CloseCode(4000), reason: "x")])
            stage.expectNothingLeft()
        }
    }

    @Test("RFC 9110 §15.2: interim responses are passed over")
    func interim() throws {
        let stage = try DialStage()
        let (peer, head) = try stage.request()
        peer.say("HTTP/1.1 100 Continue\r\n\r\n" + self.answer(head))
        #expect(stage.transport.run { stage.leg != nil })
        stage.expectNothingLeft()
    }

    @Test("the subprotocol that was selected is told")
    func subprotocol() throws {
        let stage = try DialStage(subprotocols: ["realtime", "other"])
        let (peer, head) = try stage.request()
        #expect(head["sec-websocket-protocol"] == "realtime, other")
        peer.say(self.answer(head, ["Sec-WebSocket-Protocol": "realtime"]))
        #expect(stage.transport.run { stage.leg != nil })
        #expect(stage.dial.subprotocol == "realtime")
        stage.expectNothingLeft()
    }

    @Test("compression is offered when wanted, and spoken when agreed")
    func deflate() throws {
        let stage = try DialStage(deflate: DeflateSettings())
        let (peer, head) = try stage.request()
        #expect(head["sec-websocket-extensions"]?.hasPrefix("permessage-deflate") ?? false)
        let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        peer.say(self.answer(head, ["Sec-WebSocket-Extensions": agreed]))
        // "Hello" as RFC 7692 §7.2.3.1 has it.
        peer.say([0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        #expect(stage.transport.run { stage.handler.messages == [.text("Hello")] })
        stage.expectNothingLeft()
    }

    // MARK: Answers that are none

    @Test("E3, D7: a 101 that does not answer our handshake opens nothing")
    func badHandshakes() throws {
        let cases: [(fields: [String: String?], failure: ClientHandshakeFailure)] = [
            (["Sec-WebSocket-Accept": nil], .acceptMissing),
            (["Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="], .acceptWrong),
            (["Upgrade": "h2c"], .upgradeMissing),
            (["Connection": "close"], .connectionMissing),
            (["Sec-WebSocket-Protocol": "unasked"], .subprotocolNotOffered),
            (["Sec-WebSocket-Extensions": "permessage-deflate"], .extensionNotOffered),
        ]
        for (fields, failure) in cases {
            let stage = try DialStage()
            let (peer, head) = try stage.request()
            peer.say(self.answer(head, fields))
            #expect(stage.transport.run { !stage.outcomes.isEmpty })
            #expect(stage.failure == .badHandshake(failure))
            #expect(stage.transport.run { peer.end != nil })
            stage.expectNothingLeft()
        }
        let stage = try DialStage(deflate: DeflateSettings())
        let (peer, head) = try stage.request()
        peer.say(self.answer(head, ["Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=99"]))
        #expect(stage.transport.run { !stage.outcomes.isEmpty })
        #expect(stage.failure == .badHandshake(.extensionInvalid))
        stage.expectNothingLeft()
    }

    @Test(
        "E2: any other answer is told with its status, fields and body, in every framing",
        arguments: [
            "HTTP/1.1 401 Unauthorized\r\nX: y\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 401 Unauthorized\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.1 401 Unauthorized\r\nX: y\r\n\r\nhello",
        ]
    )
    func refused(answer: String) throws {
        for split in stride(from: 1, to: answer.utf8.count, by: 3) {
            let stage = try DialStage()
            let (peer, _) = try stage.request()
            peer.say(Array(answer.utf8.prefix(split)))
            stage.transport.settle()
            peer.say(Array(answer.utf8.dropFirst(split)))
            peer.finish()
            #expect(stage.transport.run { !stage.outcomes.isEmpty })
            guard case .refused(let status, let fields, let body)? = stage.failure else {
                Issue.record("ended by \(stage.outcomes)")
                return
            }
            #expect(status == 401)
            #expect(fields["x"] == "y")
            #expect(String(decoding: body, as: UTF8.self) == "hello")
            stage.transport.settle()
            #expect(stage.outcomes.count == 1)
            stage.expectNothingLeft()
        }
    }

    @Test("E2: 200 and redirects are refusals, never followed", arguments: [200, 204, 301, 302, 307, 403, 429, 500])
    func statuses(status: Int) throws {
        let stage = try DialStage()
        let (peer, _) = try stage.request()
        let length = status == 204 ? "" : "Content-Length: 0\r\n"
        peer.say("HTTP/1.1 \(status) X\r\nLocation: http://127.0.0.1:\(stage.listener.port)/else\r\n\(length)\r\n")
        #expect(stage.transport.run { !stage.outcomes.isEmpty })
        guard case .refused(status, _, let body)? = stage.failure else {
            Issue.record("ended by \(stage.outcomes)")
            return
        }
        #expect(body.isEmpty)
        stage.transport.settle()
        #expect(stage.listener.acceptedCount == 1)
        stage.expectNothingLeft()
    }

    @Test(
        "the body of a refusal is read within its bound, even if it never ends",
        arguments: [
            "Content-Length: 100000000", "Transfer-Encoding: chunked", "X: y",
        ]
    )
    func endlessRefusal(framing: String) throws {
        let stage = try DialStage { $0.refusalBodyBytes = 10_000 }
        let (peer, _) = try stage.request()
        let piece = String(repeating: "x", count: 4096)
        peer.say("HTTP/1.1 500 X\r\n\(framing)\r\n\r\n")
        for _ in 0..<8 { peer.say(framing.contains("chunked") ? "1000\r\n\(piece)\r\n" : piece) }
        #expect(stage.transport.run { !stage.outcomes.isEmpty })
        guard case .refused(500, _, let body)? = stage.failure else {
            Issue.record("ended by \(stage.outcomes)")
            return
        }
        #expect(body.count == 10_000)
        stage.expectNothingLeft()
    }

    @Test("a refusal whose body stops is told with what came of it", arguments: [false, true])
    func cutRefusal(byTime: Bool) throws {
        let stage = try DialStage()
        let (peer, _) = try stage.request()
        peer.say("HTTP/1.1 500 X\r\nContent-Length: 10\r\n\r\nhalf")
        stage.transport.settle()
        #expect(stage.outcomes.isEmpty)
        if byTime { stage.transport.advance(by: .seconds(10)) } else { peer.reset() }
        #expect(stage.transport.run { !stage.outcomes.isEmpty })
        guard case .refused(500, _, let body)? = stage.failure else {
            Issue.record("ended by \(stage.outcomes)")
            return
        }
        #expect(String(decoding: body, as: UTF8.self) == "half")
        stage.expectNothingLeft()
    }

    @Test("E5: what is no HTTP, or never comes to the point, is a violation")
    func violations() throws {
        for (answer, violation) in [
            ("\u{16}\u{3}\u{1} noise\r\n\r\n", HTTPViolation?.none),
            ("SSH-2.0-OpenSSH_9\r\n\r\n", .malformedStatusLine),
            (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 50), .tooManyInterimResponses),
            ("HTTP/1.1 101 X\r\n" + String(repeating: "X-Filler: yes\r\n", count: 5_000), nil),
        ] {
            let stage = try DialStage()
            let (peer, _) = try stage.request()
            peer.say(answer)
            #expect(stage.transport.run { !stage.outcomes.isEmpty })
            guard case .violation(let found)? = stage.failure else {
                Issue.record("\(answer.prefix(20)) ended by \(stage.outcomes)")
                continue
            }
            if let violation { #expect(found == violation) }
            stage.expectNothingLeft()
        }
    }

    // MARK: Time, loss, cancelling

    @Test("E6: a head that does not come within handshakeTimeout is a timeout")
    func timeout() throws {
        let stage = try DialStage()
        let (peer, _) = try stage.request()
        peer.say("HTTP/1.1 101")
        stage.transport.advance(by: .milliseconds(9_999))
        #expect(stage.outcomes.isEmpty)
        stage.transport.advance(by: .milliseconds(1))
        #expect(stage.failure == .timeout(.head))
        #expect(stage.transport.run { peer.end != nil })
        stage.expectNothingLeft()
    }

    @Test("E7: an upstream that goes before its answer is a failure", arguments: [false, true])
    func gone(reset: Bool) throws {
        let stage = try DialStage()
        let (peer, _) = try stage.request()
        if reset { peer.reset() } else { peer.finish() }
        #expect(stage.transport.run { !stage.outcomes.isEmpty })
        #expect(stage.failure == .ended(reset ? .failed(.connectionReset) : .clean, nothingSent: false))
        stage.expectNothingLeft()
    }

    @Test("a cancelled dial closes what it opened and tells nothing", arguments: ["dialling", "head", "refusal"])
    func cancel(phase: String) throws {
        let stage = try DialStage()
        if phase == "dialling" {
            stage.start()
        } else {
            let (peer, _) = try stage.request()
            peer.say(phase == "head" ? "HTTP/1.1 1" : "HTTP/1.1 500 X\r\nContent-Length: 10\r\n\r\nhalf")
            stage.transport.settle()
        }
        stage.dial.cancel()
        stage.dial.cancel()
        stage.transport.settle()
        #expect(stage.outcomes.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("whichever call fails, the dial ends once and leaves nothing")
    func everyFault() throws {
        for call in [FaultyCalls.Call.openSocket, .connect, .changePoller, .receive, .send] {
            for fault in [FaultyCalls.Fault.fail(.connectionReset), .short(1), .wouldBlock, .endOfStream] {
                for nth in 1...3 {
                    let stage = try DialStage()
                    stage.transport.calls.inject(fault, into: call, at: nth)
                    stage.start()
                    var peer: ScriptedPeer?
                    let isOver = stage.transport.run {
                        peer = peer ?? stage.listener.takePeer()
                        if let peer, let head = peer.takeHead() { peer.say(self.answer(head)) }
                        return !stage.outcomes.isEmpty
                    }
                    #expect(isOver, "\(call) \(fault) \(nth)")
                    stage.transport.settle()
                    #expect(stage.outcomes.count == 1)
                    stage.expectNothingLeft()
                }
            }
        }
    }
}
