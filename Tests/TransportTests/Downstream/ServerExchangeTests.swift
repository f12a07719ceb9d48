// One exchange's answer, whole or in pieces (RFC 9112 §6, RFC 9110 §9.3.2), and what it leaves behind.

import EventLoop
import HTTPFraming
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("ServerExchange", .ownThread)
struct ServerExchangeTests {
    @Test("§9.3.2: an answer to HEAD has the length but not the body, whole or in pieces", arguments: [true, false])
    func head(whole: Bool) throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            if whole {
                exchange.respond(HTTPAnswer(status: 200, body: Array("hello".utf8)))
            } else {
                exchange.begin(status: 200, fields: HeaderFields(), length: 5)
                exchange.write(Array("hello".utf8).span)
                exchange.finish()
            }
        }
        let client = try stage.client(saying: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"))
        let answer = try #require(stage.answer(to: client, hasBody: false))
        #expect(answer.head["content-length"] == "5")
        #expect(stage.answer(to: client)?.text == "hello")
        stage.expectNothingLeft(client)
    }

    @Test("§7.1: an answer in pieces is chunked, and the connection goes on")
    func chunked() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            exchange.begin(status: 201, fields: HeaderFields([("content-type", "text/plain")]))
            #expect(exchange.hasBegun)
            for piece in ["one ", "", "two"] { exchange.write(Array(piece.utf8).span) }
            #expect(!exchange.isDone)
            exchange.finish()
            #expect(exchange.isDone)
            exchange.finish()
            exchange.write(Array("too late".utf8).span)
        }
        let client = try stage.client(saying: get("/a") + get("/b"))
        for _ in 0..<2 {
            let answer = try #require(stage.answer(to: client))
            #expect(answer.status == 201)
            #expect(answer.head["transfer-encoding"] == "chunked")
            #expect(answer.head["content-length"] == nil)
            #expect(answer.head["content-type"] == "text/plain")
            #expect(answer.head["connection"] == "keep-alive")
            #expect(answer.text == "one two")
        }
        stage.expectNothingLeft(client)
    }

    @Test("an answer of known length goes without chunks")
    func knownLength() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            exchange.begin(status: 200, fields: HeaderFields(), length: 6)
            exchange.write(Array("abc".utf8).span)
            exchange.write(Array("def".utf8).span)
            exchange.finish()
        }
        let client = try stage.client(saying: get("/"))
        let answer = try #require(stage.answer(to: client))
        #expect(answer.head["transfer-encoding"] == nil)
        #expect(answer.text == "abcdef")
        stage.expectNothingLeft(client)
    }

    @Test("§6.1: an HTTP/1.0 client is sent no chunks; its answer ends with the connection")
    func untilClose() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            exchange.begin(status: 200, fields: HeaderFields())
            exchange.write(Array("abc".utf8).span)
            exchange.finish()
        }
        let client = try stage.client(saying: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(stage.run { client.end == .closed })
        let answer = try #require(client.takeAnswer())
        #expect(answer.head["transfer-encoding"] == nil)
        #expect(answer.head["connection"] == "close")
        #expect(answer.text == "abc")
        stage.expectNothingLeft(client)
    }

    @Test("only the first answer counts")
    func answeredTwice() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            exchange.respond(HTTPAnswer(status: 200))
            exchange.respond(HTTPAnswer(status: 500))
            exchange.begin(status: 500, fields: HeaderFields())
            exchange.abort()
            #expect(exchange.upgrade(fields: HeaderFields(), limits: WebSocketLimits()) == nil)
        }
        let client = try stage.client(saying: get("/a"))
        #expect(stage.answer(to: client)?.status == 200)
        stage.settle()
        #expect(client.received.isEmpty)
        #expect(client.end == nil)
        stage.expectNothingLeft(client)
    }

    @Test("an answer that cannot be completed is cut, so that the client sees it")
    func abort() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            exchange.begin(status: 200, fields: HeaderFields())
            exchange.write(Array("half".utf8).span)
            exchange.abort()
        }
        let client = try stage.client(saying: get("/"))
        #expect(stage.run { client.end != nil })
        #expect(client.takeAnswer() == nil)
        stage.expectNothingLeft(client)
    }

    @Test("a service sees that the client is slow, and when it has caught up")
    func congestion() throws {
        let stage = try ServerStage()
        var drained = 0
        let bytes = noise(12_000_000)
        stage.service.onExchange = { exchange in
            exchange.onDrained = { drained += 1 }
            exchange.begin(status: 200, fields: HeaderFields(), length: bytes.count)
            exchange.write(bytes.span)
        }
        let client = try stage.connect()
        client.isReading = false
        client.say(get("/"))
        #expect(stage.run { stage.service.exchanges.first?.isCongested ?? false })
        client.isReading = true
        #expect(stage.run { drained == 1 })
        #expect(try !stage.exchange(0).isCongested)
        try stage.exchange(0).finish()
        #expect(stage.run { client.received.count > bytes.count })
        #expect(client.takeAnswer()?.body == bytes)
        stage.expectNothingLeft(client)
    }

    @Test(
        "an exchange that has ended lets go of whoever it would have told",
        arguments: ["respond", "finish", "abort", "gone", "upgrade"]
    )
    func noCycle(way: String) throws {
        let stage = try ServerStage()
        stage.service.onExchange = { exchange in
            // As services do: the closures hold the exchange, and the exchange holds the closures.
            exchange.onClientGone = { _ = exchange.peer }
            exchange.onDrained = { _ = exchange.peer }
            exchange.readBody(limit: 100) { _ in _ = exchange.peer }
        }
        let client = try stage.client(saying: postHead("Content-Length: 10") + "123")
        #expect(stage.run { stage.service.exchanges.count == 1 })
        weak let exchange = stage.service.exchanges.first
        switch way {
        case "respond": exchange?.respond(HTTPAnswer(status: 200))
        case "finish":
            exchange?.begin(status: 200, fields: HeaderFields())
            exchange?.finish()
        case "abort": exchange?.abort()
        case "upgrade": exchange?.upgrade(fields: HeaderFields(), limits: WebSocketLimits())?.drop()
        default:
            client.reset()
            #expect(stage.run { exchange?.isDone ?? true })
        }
        stage.service.forget()
        stage.settle()
        #expect(exchange == nil)
        stage.expectNothingLeft(client)
    }
}
