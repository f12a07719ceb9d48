// Every way in which a request fails to become an exchange, or an exchange fails over its body: violations, bounds and
// time (`robustness.md` A7, A12, A15-A17, A19, A20).

import EventLoop
import HTTPFraming
import TestSupport
import Testing

@testable import Transport

@Suite("Refusals of a ServerConnection", .ownThread)
struct ServerRefusalTests {
    // MARK: Bytes

    @Test("A15: what is no request is refused and the rest discarded, after the answers that are due")
    func violation() throws {
        let stage = try ServerStage()
        let client = try stage.client(saying: get("/a") + "NONSENSE\r\n\r\n" + get("/b"))
        #expect(stage.answer(to: client)?.text == "/a")
        let refusal = try #require(stage.answer(to: client))
        #expect(refusal.status == 400)
        #expect(refusal.text == "malformed_request_line")
        #expect(refusal.head["connection"] == "close")
        #expect(stage.run { client.end == .closed })
        #expect(stage.service.targets == ["/a"])
        stage.expectNothingLeft(client)
    }

    @Test("A12: a head that never ends is refused at its limit, however it drips", arguments: [150, 4_500, 200_000])
    func endlessHead(step: Int) throws {
        let stage = try ServerStage { $0.http.fieldCount = 1 << 20 }
        let client = try stage.client(saying: "GET / HTTP/1.1\r\nHost: a\r\n")
        let piece = String(repeating: "X-Filler: yes\r\n", count: step / 15)
        for _ in 0..<(20_000 / step + 1) {
            client.say(piece)
            stage.transport.stage.settle(turns: 3)
        }
        #expect(stage.answer(to: client)?.status == 431)
        #expect(stage.service.exchanges.isEmpty)
        stage.expectNothingLeft(client)
    }

    @Test("a limit beyond the input block is held to the block, so that a long head is still refused")
    func largestHead() throws {
        let stage = try ServerStage {
            $0.http.headBytes = 1 << 20
            $0.http.fieldCount = 1 << 20
        }
        let client = try stage.client(saying: "GET / HTTP/1.1\r\nHost: a\r\n")
        client.say(String(repeating: "X-Filler: yes\r\n", count: 20_000))
        #expect(stage.answer(to: client)?.status == 431)
        stage.expectNothingLeft(client)
    }

    @Test("B7: what is glued to an upgrade that is not granted goes with the connection")
    func refusedUpgrade() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { $0.respond(HTTPAnswer(status: 401)) }
        let upgrade = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        let client = try stage.client(saying: upgrade + get("/evil"))
        let answer = try #require(stage.answer(to: client))
        #expect(answer.status == 401)
        #expect(answer.head["connection"] == "close")
        #expect(stage.run { client.end == .closed })
        #expect(stage.service.targets == ["/a"])
        stage.expectNothingLeft(client)
    }

    @Test("A16: a refusal while the body still arrives; its bytes are never read as a request")
    func refusedDuringBody() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { $0.respond(HTTPAnswer(status: 401)) }
        let client = try stage.connect()
        let evil = get("/evil")
        client.say(post("/a", String(repeating: evil, count: 10_000_000 / evil.utf8.count)))
        let answer = try #require(stage.answer(to: client))
        #expect(answer.status == 401)
        #expect(answer.head["connection"] == "close")
        #expect(stage.run { client.hasSaidAll && client.end == .closed })
        #expect(stage.service.targets == ["/a"])
        stage.expectNothingLeft(client)
    }

    @Test("A7: a declared body beyond the limit is refused before it comes")
    func declaredTooLarge() throws {
        let stage = try ServerStage { $0.http.bodyBytes = 1000 }
        let client = try stage.client(saying: postHead("Content-Length: 1001"))
        #expect(stage.answer(to: client)?.status == 413)
        stage.expectNothingLeft(client)
    }

    @Test("a body that breaks the protocol is refused when nobody reads it, and the exchange hears that all is over")
    func brokenBodyUnread() throws {
        let stage = try ServerStage()
        var gone = 0
        stage.service.onExchange = { $0.onClientGone = { gone += 1 } }
        let client = try stage.client(saying: postHead("Transfer-Encoding: chunked") + "zz\r\n")
        let answer = try #require(stage.answer(to: client))
        #expect(answer.status == 400)
        #expect(answer.text == "invalid_chunk")
        #expect(gone == 1)
        var late: Result<[UInt8], RequestBodyFailure>?
        try stage.exchange(0).readBody(limit: 10) { late = $0 }
        #expect(late == .failure(.clientGone))
        try stage.exchange(0).respond(HTTPAnswer(status: 200))
        #expect(stage.run { client.end == .closed })
        #expect(client.received.isEmpty)
        stage.expectNothingLeft(client)
    }

    @Test("a body that breaks the protocol in the middle of an answer cuts it, for no other can be told")
    func brokenBodyDuringAnswer() throws {
        let stage = try ServerStage()
        var gone = 0
        stage.service.onExchange = { exchange in
            exchange.onClientGone = { gone += 1 }
            exchange.begin(status: 200, fields: HeaderFields())
            exchange.write(Array("half".utf8).span)
        }
        let client = try stage.client(saying: postHead("Transfer-Encoding: chunked"))
        #expect(stage.run { client.text.hasSuffix("half\r\n") })
        client.say("zz\r\n")
        #expect(stage.run { client.end != nil })
        #expect(!client.text.contains("400"))
        #expect(gone == 1)
        stage.expectNothingLeft(client)
    }

    // MARK: Time

    @Test(
        "A19: a head that does not come in time is answered 408; silence is just closed",
        arguments: ["", "GET / HT"]
    )
    func headTimeout(said: String) throws {
        let stage = try ServerStage { $0.headTimeout = .seconds(10) }
        let client = try stage.client(saying: said)
        #expect(stage.run { stage.server.connectionCount == 1 })
        stage.settle()
        stage.advance(by: .milliseconds(9_999))
        #expect(client.end == nil)
        stage.advance(by: .milliseconds(1))
        #expect(stage.run { client.end == .closed })
        #expect(client.takeAnswer()?.status == (said.isEmpty ? nil : 408))
        #expect(stage.service.refusals == (said.isEmpty ? [] : [.timeout]))
        stage.expectNothingLeft(client)
    }

    @Test("A19: dripping bytes of a head do not put its timeout off")
    func drippedHead() throws {
        let stage = try ServerStage { $0.headTimeout = .seconds(10) }
        let client = try stage.client(saying: "G")
        for letter in ["E", "T", " ", "/"] {
            stage.advance(by: .seconds(2))
            client.say(letter)
        }
        #expect(stage.service.refusals.isEmpty)
        stage.advance(by: .seconds(2))
        #expect(stage.answer(to: client)?.status == 408)
        stage.expectNothingLeft(client)
    }

    @Test("A19: a client that never shakes hands is closed after headTimeout")
    func handshakeTimeout() throws {
        let stage = try ServerStage(tls: Trust.shared().server) { $0.headTimeout = .seconds(10) }
        let client = try stage.connect()
        #expect(stage.run { stage.server.connectionCount == 1 })
        stage.advance(by: .seconds(10))
        #expect(stage.run { client.end == .closed })
        stage.expectNothingLeft(client)
    }

    @Test("an idle connection is closed after keepAliveTimeout, without a word")
    func keepAliveTimeout() throws {
        let stage = try ServerStage {
            $0.keepAliveTimeout = .seconds(75)
            $0.headTimeout = .seconds(10)
        }
        let client = try stage.client(saying: get("/a"))
        #expect(stage.answer(to: client) != nil)
        stage.advance(by: .seconds(74))
        client.say(get("/b"))
        #expect(stage.answer(to: client)?.text == "/b")
        stage.advance(by: .seconds(75))
        #expect(stage.run { client.end == .closed })
        #expect(client.received.isEmpty)
        stage.expectNothingLeft(client)
    }

    @Test("A20: a body that stalls is answered 408; each piece of it starts the wait anew")
    func bodyTimeout() throws {
        let stage = try ServerStage { $0.bodyTimeout = .seconds(30) }
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: postHead("Content-Length: 10") + "123")
        #expect(stage.run { stage.service.exchanges.count == 1 })
        stage.advance(by: .seconds(29))
        client.say("45")
        stage.advance(by: .seconds(29))
        #expect(stage.service.refusals.isEmpty)
        stage.advance(by: .seconds(1))
        #expect(stage.answer(to: client)?.status == 408)
        #expect(stage.run { client.end == .closed })
        stage.expectNothingLeft(client)
    }

    @Test("no time runs while an answer is awaited")
    func answerTakesItsTime() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: post("/", "all of it"))
        #expect(stage.run { stage.service.exchanges.count == 1 })
        stage.advance(by: .seconds(3600))
        #expect(client.end == nil)
        try stage.exchange(0).respond(HTTPAnswer(status: 200))
        #expect(stage.answer(to: client)?.status == 200)
        stage.expectNothingLeft(client)
    }
}
