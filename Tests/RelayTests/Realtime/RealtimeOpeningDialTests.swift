// The dial of a session: what goes upstream, which route is next, and what a client sees of an upstream that refuses,
// breaks or stays silent (`robustness.md` E1-E5, G2).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("RealtimeOpening at upstreams", .ownThread)
struct RealtimeOpeningDialTests {
    private func refusal(_ status: Int, _ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) No\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func error(_ code: String, _ message: String = "no") -> String {
        #"{"error":{"message":"\#(message)","type":"some_error","code":"\#(code)","param":null}}"#
    }

    // MARK: What goes upstream

    @Test("the upstream sees its own key and model, and nothing of the client's credential")
    func upgradeRequest() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient(
            "?model=talk&key=\(stage.key)&voice=a%20b",
            "X-Api-Key: \(stage.key)\r\nCookie: session=1\r\nOrigin: https://page.example\r\n"
                + "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.\(stage.key), openai-beta.realtime-v1\r\n"
                + "X-Forwarded-For: 1.2.3.4\r\n"
        )
        let upstream = try #require(stage.upstream())
        #expect(stage.run { upstream.text.hasSuffix("\r\n\r\n") })
        #expect(!upstream.text.contains(stage.key))
        let head = try #require(stage.head(at: upstream))
        #expect(head.startLine == "GET /v1/realtime?model=real-0&voice=a%20b HTTP/1.1")
        #expect(head.values("authorization") == ["Bearer \(RelayStage.secret)"])
        // The shape is agreed on with each side apart: this upstream speaks GA.
        #expect(head["openai-beta"] == nil)
        for name in ["cookie", "origin", "x-api-key", "x-forwarded-for", "sec-websocket-protocol"] {
            #expect(head[name] == nil)
        }
        upstream.say(stage.acceptance(of: head))
        let answer = try #require(stage.head(at: client))
        #expect(answer.status == 101)
        #expect(answer.values("sec-websocket-protocol") == ["realtime"])
        #expect(answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer["x-request-id"]?.hasPrefix("req_") == true)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("the client hears nothing before its upstream has said yes")
    func nothingPromised() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        stage.settle()
        #expect(client.heardCount == 0)
        upstream.say(stage.acceptance(of: head))
        #expect(stage.head(at: client)?.status == 101)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("intent=transcription needs no model, and takes one that can transcribe")
    func transcription() throws {
        let stage = try RelayStage { plan in
            let route = Route(upstream: "up0", model: "real")
            plan.models = [
                Model(id: "talk", routes: [route], capabilities: ["realtime"]),
                Model(id: "hear", routes: [route], capabilities: ["transcription"]),
            ]
        }
        let (client, upstream) = try stage.session("?intent=transcription")
        client.say(WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        #expect(stage.log.entries("session ended").first?["model"] == "hear")
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "compression is agreed on with a client that offers it, and only then (RFC 7692 §5)",
        arguments: [true, false]
    )
    func compression(isOffered: Bool) throws {
        let stage = try RelayStage { $0.limits.deflate = DeflateSettings() }
        let offer = isOffered ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""
        let client = try stage.realtimeClient("?model=talk", stage.bearer + offer)
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        #expect(head["sec-websocket-extensions"] == nil, "the client's offer is not the relay's")
        upstream.say(stage.acceptance(of: head))
        let answer = try #require(stage.head(at: client))
        #expect((answer["sec-websocket-extensions"]?.hasPrefix("permessage-deflate") ?? false) == isOffered)
        // A compressed "hi" (RFC 7692 §7.2.3.2), or a plain one: the upstream agreed to none.
        let hi: [UInt8] = [0xCA, 0xC8, 0x04, 0x00]
        client.say((isOffered ? WireFrame(1, hi, reserved: 4) : WireFrame.text("hi")).masked)
        let message = try #require(stage.wholeMessage(at: upstream))
        #expect(message.text == "hi" && message.reserved == 0)
        stage.expectNothingLeft(client, upstream)
    }

    // MARK: Fail-over

    enum Failure: CaseIterable, Sendable {
        case closedPort, cutBeforeAnswer, refusedWith503, refusedOurKey, notHTTP, badAccept, silent
    }

    @Test("the next route is tried while nothing is promised", arguments: Failure.allCases)
    func failOver(failure: Failure) throws {
        let stage = try RelayStage { $0.upstreams = 2 }
        if failure == .closedPort { stage.listeners[0].close() }
        let client = try stage.realtimeClient()
        if failure != .closedPort {
            let first = try #require(stage.upstream(0))
            _ = try #require(stage.head(at: first))
            switch failure {
            case .closedPort: break
            case .cutBeforeAnswer: first.finish()
            case .refusedWith503: first.say(self.refusal(503, self.error("overloaded")))
            case .refusedOurKey: first.say(self.refusal(401, self.error("invalid_api_key")))
            case .notHTTP: first.say("SSH-2.0-OpenSSH_9.2\r\n\r\n")
            case .badAccept:
                first.say(
                    "HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: no\r\n\r\n"
                )
            case .silent: stage.advance(by: .seconds(10))
            }
        }
        let second = try #require(stage.upstream(1))
        let head = try #require(stage.head(at: second))
        #expect(head.target == "/v1/realtime?model=real-1")
        second.say(stage.acceptance(of: head))
        #expect(stage.head(at: client)?.status == 101)
        client.say(WireFrame.text("hi").masked)
        #expect(stage.wholeMessage(at: second)?.text == "hi")
        stage.expectNothingLeft(client, second)
    }

    @Test("no more upstreams are tried than may be")
    func attemptLimit() throws {
        let stage = try RelayStage {
            $0.upstreams = 3
            $0.settings.routing.attempts = 2
        }
        for listener in stage.listeners[..<2] { listener.close() }
        let client = try stage.realtimeClient()
        #expect(try #require(stage.message(at: client)).status == 502)
        #expect(stage.dials == 0)
        stage.expectNothingLeft(client)
    }

    // MARK: Refusals

    @Test(
        "an upstream's refusal is passed on in its own words, our key taken out (G2)",
        arguments: [400, 404, 429]
    )
    func refused(status: Int) throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.head(at: upstream))
        upstream.say(
            self.refusal(
                status,
                self.error("their_code", "not with \(RelayStage.secret)"),
                "Retry-After: 7\r\nX-Secret: \(RelayStage.secret)\r\n"
            )
        )
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == status)
        let told = try ToldError(answer.body)
        #expect(told.code == "their_code" && told.type == "some_error" && told.message == "not with [redacted]")
        #expect(answer.head["retry-after"] == "7")
        #expect(answer.head["x-secret"] == nil)
        #expect(answer.head["x-request-id"] != nil)
        #expect(stage.service.sessionCount == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a refusal of the client's doing tries no other upstream")
    func clientsFault() throws {
        let stage = try RelayStage { $0.upstreams = 2 }
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream(0))
        _ = try #require(stage.head(at: upstream))
        upstream.say(self.refusal(400, self.error("bad_voice")))
        #expect(try #require(stage.message(at: client)).status == 400)
        #expect(stage.dials == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "what is no answer to a client's request is a 502 (E2)",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.0 101 OK\r\n\r\n",
            "HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        ]
    )
    func unusable(answer text: String) throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.head(at: upstream))
        upstream.say(text)
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 502)
        #expect(try ToldError(answer.body).type == "api_error")
        #expect(!answer.text.contains("html"))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that stays silent is a 504 (E3)")
    func silent() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.head(at: upstream))
        stage.advance(by: .seconds(9))
        #expect(client.heardCount == 0)
        stage.advance(by: .seconds(1))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 504)
        #expect(try ToldError(answer.body).code == "gateway_timeout")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a browser is told of an upstream's refusal inside the session")
    func browser() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient(
            "?model=talk",
            "Origin: https://page.example\r\nSec-WebSocket-Protocol: realtime, openai-insecure-api-key.\(stage.key)\r\n"
        )
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.head(at: upstream))
        upstream.say(self.refusal(429, self.error("their_code", "key \(RelayStage.secret)")))
        #expect(stage.head(at: client)?.status == 101)
        let event = try #require(stage.frame(at: client))
        let told = try ToldError(event.payload)
        #expect(told.code == "their_code" && told.message == "key [redacted]")
        #expect(stage.frame(at: client)?.closeCode == 1013)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that leaves during the dial takes it along")
    func goneDuringDial() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.head(at: upstream))
        client.reset()
        #expect(stage.run { upstream.end != nil })
        #expect(stage.service.sessionCount == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a relay that begins to drain during a dial ends the session as it begins")
    func drainDuringDial() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        var quiet = 0
        stage.service.onQuiet = { quiet += 1 }
        stage.service.drain()
        #expect(quiet == 0, "the client has no answer yet")
        upstream.say(stage.acceptance(of: head))
        #expect(stage.head(at: client)?.status == 101)
        #expect(stage.frame(at: client)?.opcode == 1)
        #expect(stage.frame(at: client)?.closeCode == 1001)
        #expect(stage.frame(at: upstream)?.closeCode == 1001)
        #expect(quiet == 1)
        stage.expectNothingLeft(client, upstream)
    }
}
