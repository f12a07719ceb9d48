// RFC 9112 §9 in the server role: keep-alive, pipelining, who goes away, and upgrades (`robustness.md` B7, B8).

import EventLoop
import HTTPFraming
import OpenSSLTLS
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("ServerConnection", .ownThread)
struct ServerConnectionTests {
    // MARK: One request after the other

    @Test("§9.3: a connection carries one request after the other")
    func keepAlive() throws {
        let stage = try ServerStage()
        let client = try stage.connect()
        for target in ["/a", "/b", "/c"] {
            client.say(get(target))
            let answer = try #require(stage.answer(to: client))
            #expect(answer.status == 200)
            #expect(answer.text == target)
            #expect(answer.head["connection"] == "keep-alive")
        }
        #expect(stage.server.connectionCount == 1)
        stage.expectNothingLeft(client)
    }

    @Test("§9.3.2: pipelined requests are answered in order, wherever the stream is cut", arguments: [1, 2, 7, 1000])
    func pipelined(split: Int) throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            exchange.readBody(limit: 100) { body in
                let text = exchange.head.target + String(decoding: (try? body.get()) ?? [], as: UTF8.self)
                exchange.respond(HTTPAnswer(status: 200, body: Array(text.utf8)))
            }
        }
        let client = try stage.connect()
        let bytes = Array((get("/a") + post("/b", "body") + get("/c") + post("/d", "")).utf8)
        for start in stride(from: 0, to: bytes.count, by: split) {
            client.say(Array(bytes[start..<min(start + split, bytes.count)]))
            stage.transport.stage.settle(turns: 3)
        }
        for text in ["/a", "/bbody", "/c", "/d"] {
            #expect(stage.answer(to: client)?.text == text)
        }
        stage.expectNothingLeft(client)
    }

    @Test("who is gone before an answer is served no pipelined request")
    func pipelinedByNobody() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: get("/slow"))
        #expect(stage.run { stage.service.exchanges.count == 1 })
        client.say(get("/next"))
        stage.transport.calls.inject(.fail(.connectionReset), into: .send)
        try stage.exchange(0).respond(HTTPAnswer(status: 200, body: [1]))
        stage.settle()
        #expect(stage.service.targets == ["/slow"])
        #expect(stage.server.connectionCount == 0)
        stage.expectNothingLeft(client)
    }

    @Test("a pipelined request waits for an answer that comes later")
    func pipelinedBehindSlowAnswer() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: get("/slow") + get("/next"))
        #expect(stage.run { stage.service.exchanges.count == 1 })
        stage.settle()
        #expect(stage.service.targets == ["/slow"])
        try stage.exchange(0).respond(HTTPAnswer(status: 200, body: [1]))
        #expect(stage.run { stage.service.exchanges.count == 2 })
        try stage.exchange(1).respond(HTTPAnswer(status: 202))
        #expect(stage.answer(to: client)?.status == 200)
        #expect(stage.answer(to: client)?.status == 202)
        stage.expectNothingLeft(client)
    }

    @Test("while an answer is awaited only a bounded part of what is pipelined is taken")
    func pipelinedBound() throws {
        let stage = try ServerStage { $0.pipelinedBytes = 1000 }
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: get("/slow"))
        #expect(stage.run { stage.service.exchanges.count == 1 })
        client.say([UInt8](repeating: 13, count: 4_000_000))
        stage.settle()
        let held = stage.transport.loop.blocks.leasedCount * BlockPool.blockSize
        #expect(held > 0)
        #expect(held <= 1000 + 2 * 64 * 1024)
        client.reset()
        stage.expectNothingLeft(client)
    }

    @Test("a client that does not take its answers is given no more of them, and all once it does")
    func answersBound() throws {
        let stage = try ServerStage()
        let count = 600
        var answered = 0
        stage.service.onExchange = { exchange in
            answered += 1
            exchange.respond(HTTPAnswer(status: 200, body: [UInt8](repeating: 120, count: 100_000)))
        }
        let client = try stage.connect()
        client.isReading = false
        client.say(String(repeating: get("/"), count: count))
        #expect(stage.run { stage.transport.loop.blocks.leasedCount > 0 })
        stage.settle()
        #expect(stage.transport.loop.blocks.leasedCount * BlockPool.blockSize < 1_000_000)
        #expect(answered < count)

        client.isReading = true
        var heard = 0
        _ = stage.run {
            heard += client.takeAll().count
            return answered == count && heard > count * 100_000
        }
        #expect(answered == count)
        #expect(heard > count * 100_000)
        stage.expectNothingLeft(client)
    }

    @Test("§9.6: Connection: close ends the connection after the answer; what follows is not looked at")
    func close() throws {
        let stage = try ServerStage()
        let client = try stage.client(saying: get("/a", "Connection: close\r\n") + get("/b"))
        let answer = try #require(stage.answer(to: client))
        #expect(answer.head["connection"] == "close")
        #expect(stage.run { client.end == .closed })
        #expect(stage.service.targets == ["/a"])
        stage.expectNothingLeft(client)
    }

    @Test("HTTP/1.0 is answered and closed")
    func http10() throws {
        let stage = try ServerStage()
        let client = try stage.client(saying: "GET /a HTTP/1.0\r\n\r\n")
        #expect(stage.answer(to: client)?.text == "/a")
        #expect(stage.run { client.end == .closed })
        stage.expectNothingLeft(client)
    }

    @Test("requests over TLS are answered, and the end is an orderly one")
    func secure() throws {
        let stage = try ServerStage(tls: Trust.shared().server)
        let client = try stage.connect(tls: Trust.shared().client())
        client.say(get("/a") + get("/b", "Connection: close\r\n"))
        #expect(stage.answer(to: client)?.text == "/a")
        #expect(stage.answer(to: client)?.text == "/b")
        #expect(stage.service.exchanges.allSatisfy { $0.isSecure })
        #expect(stage.run { client.end == .closed })
        stage.expectNothingLeft(client)
    }

    // MARK: Who goes away

    @Test("a client that goes is told to the exchange, once, in every phase", arguments: [false, true])
    func clientGone(duringBody: Bool) throws {
        let stage = try ServerStage()
        var gone = 0
        stage.service.onExchange = { $0.onClientGone = { gone += 1 } }
        let client = try stage.client(saying: duringBody ? postHead("Content-Length: 10") + "123" : get("/"))
        #expect(stage.run { stage.service.exchanges.count == 1 })
        client.cut()
        #expect(stage.run { gone > 0 })
        stage.settle()
        #expect(gone == 1)
        #expect(stage.server.connectionCount == 0)
        try stage.exchange(0).respond(HTTPAnswer(status: 200))
        stage.expectNothingLeft()
    }

    @Test("draining closes idle connections now and busy ones after their answer")
    func drain() throws {
        let stage = try ServerStage()
        let idle = try stage.connect()
        let busy = try stage.client(saying: get("/"))
        let begun = try stage.client(saying: "GET /begun HTTP/1.1\r\n")
        stage.service.onExchange = { _ in }
        #expect(stage.run { stage.service.exchanges.count == 1 && stage.server.connectionCount == 3 })
        stage.settle()
        stage.server.drain()
        #expect(stage.run { idle.end == .closed })
        #expect(busy.end == nil)
        #expect(begun.end == nil)

        try stage.exchange(0).respond(HTTPAnswer(status: 200))
        let answer = try #require(stage.answer(to: busy))
        #expect(answer.head["connection"] == "close")
        #expect(stage.run { busy.end == .closed })

        begun.say("Host: a\r\n\r\n")
        #expect(stage.run { stage.service.exchanges.count == 2 })
        try stage.exchange(1).respond(HTTPAnswer(status: 200))
        #expect(stage.answer(to: begun)?.head["connection"] == "close")
        stage.expectNothingLeft(idle, busy, begun)
    }

    // MARK: Upgrade

    private static let frames = WireFrame.text("one").masked + WireFrame.binary([1, 2, 3]).masked

    private func upgrade(_ exchange: ServerExchange, handler: RecordingLegHandler) {
        let leg = exchange.upgrade(fields: HeaderFields([("upgrade", "websocket")]), limits: WebSocketLimits())
        leg?.handler = handler
        leg?.start()
    }

    @Test("B8: frames glued behind the handshake are each parsed once, at every split", arguments: [true, false])
    func gluedFrames(answersAtOnce: Bool) throws {
        let request = Array(get("/", "Connection: upgrade\r\nUpgrade: websocket\r\n").utf8)
        let bytes = request + Self.frames
        for split in request.count - 3...bytes.count {
            let stage = try ServerStage()
            let handler = RecordingLegHandler()
            stage.service.onExchange = { if answersAtOnce { self.upgrade($0, handler: handler) } }
            let client = try stage.connect()
            client.say(Array(bytes[..<split]))
            stage.settle()
            client.say(Array(bytes[split...]))
            stage.settle()
            if !answersAtOnce {
                #expect(handler.messages.isEmpty)
                try self.upgrade(stage.exchange(0), handler: handler)
            }
            #expect(stage.run { handler.messages.count == 2 })
            stage.settle()
            #expect(handler.messages == [.text("one"), .binary([1, 2, 3])])
            #expect(client.takeHead()?.status == 101)
            #expect(stage.server.connectionCount == 0)
            client.reset()
            #expect(stage.run { !handler.ends.isEmpty })
            stage.expectNothingLeft(client)
        }
    }

    @Test("B7: bytes glued behind a handshake that is refused go with the connection")
    func gluedThenRefused() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { $0.respond(HTTPAnswer(status: 403)) }
        let client = try stage.connect()
        client.say(Array(get("/", "Connection: close\r\n").utf8) + Self.frames + Array(get("/smuggled").utf8))
        #expect(stage.answer(to: client)?.status == 403)
        #expect(stage.run { client.end == .closed })
        #expect(stage.service.targets == ["/"])
        stage.expectNothingLeft(client)
    }
}
