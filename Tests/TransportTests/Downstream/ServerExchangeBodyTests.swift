// One exchange's request body in every framing, asked for early or late, with its bounds (RFC 9112 §6, RFC 9110 §10.1.1;
// `robustness.md` A7, A17, A20).

import EventLoop
import HTTPFraming
import TestSupport
import Testing

@testable import Transport

@Suite("The body of a ServerExchange", .ownThread)
struct ServerExchangeBodyTests {
    private typealias Body = Result<[UInt8], RequestBodyFailure>

    /// What a service reads when it asks at once, or after everything has come.
    private func body(of request: String, limit: Int = 100, late: Bool = false) throws -> Body? {
        let stage = try ServerStage()
        var result: Body?
        let read: (ServerExchange) -> Void = { exchange in
            exchange.readBody(limit: limit) { body in
                #expect(result == nil)
                result = body
                exchange.respond(HTTPAnswer(status: 200))
            }
        }
        stage.service.onExchange = { if !late { read($0) } }
        let client = try stage.connect()
        for byte in request.utf8 {
            client.say([byte])
            stage.transport.stage.settle(turns: 2)
        }
        if late {
            #expect(result == nil)
            try read(stage.exchange(0))
        }
        #expect(stage.answer(to: client)?.status == 200)
        stage.expectNothingLeft(client)
        return result
    }

    private static let chunked =
        postHead("Transfer-Encoding: chunked") + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n"

    @Test("reads bodies in every framing, byte by byte, asked for early or late", arguments: [false, true])
    func bodies(late: Bool) throws {
        #expect(try self.body(of: post("/", "abcde"), late: late) == .success(Array("abcde".utf8)))
        #expect(try self.body(of: Self.chunked, late: late) == .success(Array("abcde".utf8)))
        #expect(try self.body(of: get("/"), late: late) == .success([]))
        #expect(try self.body(of: post("/", ""), late: late) == .success([]))
    }

    @Test("A7: a body beyond the reader's limit is refused, declared or chunked", arguments: [false, true])
    func tooLarge(late: Bool) throws {
        #expect(try self.body(of: post("/", "abcde"), limit: 5, late: late) == .success(Array("abcde".utf8)))
        #expect(try self.body(of: post("/", "abcde"), limit: 4, late: late) == .failure(.tooLarge))
        #expect(try self.body(of: Self.chunked, limit: 4, late: late) == .failure(.tooLarge))
    }

    @Test("what nobody asked for yet is kept within requestBodyBytes")
    func unreadBound() throws {
        let stage = try ServerStage { $0.requestBodyBytes = 1000 }
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: post("/", String(repeating: "x", count: 1001)))
        stage.settle()
        var result: Body?
        try stage.exchange(0).readBody(limit: 5000) { result = $0 }
        #expect(result == .failure(.tooLarge))
        stage.expectNothingLeft(client)
    }

    @Test("§10.1.1: the body that a client holds back is asked for when the service wants it, and not before")
    func expectContinue() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { _ in }
        let client = try stage.client(saying: postHead("Content-Length: 5", "Expect: 100-continue\r\n"))
        stage.settle()
        #expect(client.received.isEmpty)
        let exchange = try #require(stage.service.exchanges.first)
        exchange.readBody(limit: 100) { body in
            exchange.respond(HTTPAnswer(status: 200, body: (try? body.get()) ?? []))
        }
        #expect(stage.run { client.takeHead()?.status == 100 })
        client.say("hello")
        #expect(stage.answer(to: client)?.text == "hello")
        stage.expectNothingLeft(client)
    }

    @Test("A17: a request that is refused is not asked for its body")
    func expectContinueRefused() throws {
        let stage = try ServerStage()
        stage.service.onExchange = { $0.respond(HTTPAnswer(status: 401)) }
        let client = try stage.client(saying: postHead("Content-Length: 5", "Expect: 100-continue\r\n"))
        #expect(stage.answer(to: client)?.status == 401)
        #expect(stage.run { client.end == .closed })
        stage.expectNothingLeft(client)
    }

    @Test(
        "a reader hears why the body will not come: broken, too late, or gone",
        arguments: ["broken", "late", "gone"]
    )
    func bodyFails(way: String) throws {
        let stage = try ServerStage { $0.bodyTimeout = .seconds(30) }
        var results: [Body] = []
        stage.service.onExchange = { exchange in
            exchange.readBody(limit: 100) { body in
                results.append(body)
                exchange.respond(HTTPAnswer(status: 418))
            }
        }
        let client = try stage.client(saying: postHead("Transfer-Encoding: chunked") + "3\r\nab")
        #expect(stage.run { stage.service.exchanges.count == 1 })
        switch way {
        case "broken": client.say("cde\r\n")
        case "late": stage.advance(by: .seconds(30))
        default: client.reset()
        }
        #expect(stage.run { !results.isEmpty })
        stage.settle()
        switch way {
        case "broken": #expect(results == [.failure(.refused(.violation(.invalidChunk)))])
        case "late": #expect(results == [.failure(.refused(.timeout))])
        default: #expect(results == [.failure(.clientGone)])
        }
        if way != "gone" {
            // The service answers; nobody else does.
            #expect(stage.answer(to: client)?.status == 418)
            #expect(stage.service.refusals.isEmpty)
        }
        stage.expectNothingLeft(client)
    }
}
