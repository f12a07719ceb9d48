// One listening socket: its limit, what it does with clients it cannot serve, and what is left after a drain.

import EventLoop
import HTTPFraming
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("HTTPServer", .ownThread)
struct HTTPServerTests {
    @Test("tells the service who connected")
    func peer() throws {
        let stage = try ServerStage()
        let client = try stage.client(saying: get("/"))
        #expect(stage.answer(to: client) != nil)
        let exchange = try #require(stage.service.exchanges.first)
        #expect(exchange.peer.isLoopback)
        #expect(exchange.peer.port != stage.address.port)
        #expect(!exchange.isSecure)
        stage.expectNothingLeft(client)
    }

    @Test("A22: connections beyond the limit wait until one goes")
    func limit() throws {
        let stage = try ServerStage { $0.connectionsPerLoop = 2 }
        let first = try stage.connect()
        let second = try stage.connect()
        #expect(stage.run { stage.server.connectionCount == 2 })
        let third = try stage.client(saying: get("/"))
        let fourth = try stage.client(saying: get("/"))
        stage.settle()
        #expect(stage.server.connectionCount == 2)
        #expect(third.end == nil && third.text.isEmpty)
        first.cut()
        #expect(stage.answer(to: third)?.status == 200)
        #expect(stage.server.connectionCount == 2)
        second.cut()
        #expect(stage.answer(to: fourth)?.status == 200)
        stage.expectNothingLeft(third, fourth)
    }

    @Test("A22: a client that became a session counts until it goes")
    func limitWithSessions() throws {
        let stage = try ServerStage { $0.connectionsPerLoop = 1 }
        var leg: WebSocketLeg?
        stage.service.onExchange = { leg = $0.upgrade(fields: HeaderFields(), limits: WebSocketLimits()) }
        let session = try stage.client(saying: get("/session"))
        #expect(stage.run { leg != nil })
        stage.service.onExchange = { $0.respond(HTTPAnswer(status: 200)) }
        #expect(stage.server.connectionCount == 0)
        let waiting = try stage.client(saying: get("/"))
        stage.settle()
        #expect(waiting.end == nil && waiting.text.isEmpty)
        leg?.drop()
        #expect(stage.answer(to: waiting)?.status == 200)
        stage.expectNothingLeft(session, waiting)
    }

    @Test("a descriptor that cannot be watched is closed, and the next client is served")
    func notWatched() throws {
        let stage = try ServerStage()
        stage.transport.calls.inject(.fail(.tooManyOpenInProcess), into: .changePoller)
        let unlucky = try stage.connect()
        #expect(stage.run { unlucky.end != nil })
        #expect(stage.server.connectionCount == 0)
        let client = try stage.client(saying: get("/"))
        #expect(stage.answer(to: client)?.status == 200)
        stage.expectNothingLeft(unlucky, client)
    }

    @Test("a drained server listens no more")
    func drained() throws {
        let stage = try ServerStage()
        let address = stage.address
        stage.server.drain()
        #expect(stage.server.localAddress == nil)
        let client = try stage.transport.stage.connect(to: address)
        #expect(stage.run { client.end != nil })
        stage.expectNothingLeft(client)
    }

    @Test("whichever call fails, the connection ends and the next client is served")
    func everyFault() throws {
        let faults: [FaultyCalls.Fault] = [.fail(.connectionReset), .short(1), .wouldBlock, .endOfStream]
        for call in [FaultyCalls.Call.receive, .send, .accept, .shutdown, .close] {
            for fault in faults {
                for nth in 1...3 {
                    let stage = try ServerStage()
                    stage.transport.calls.inject(fault, into: call, at: nth)
                    let client = try stage.client(saying: get("/a") + post("/b", "body"))
                    stage.settle()
                    client.cut()
                    stage.settle()
                    let next = try stage.client(saying: get("/next"))
                    // An accept that failed is tried again after a pause.
                    stage.advance(by: .milliseconds(100))
                    let served = stage.run { next.end != nil || next.text.hasSuffix("/next") }
                    #expect(served, "\(call) \(fault) \(nth)")
                    stage.expectNothingLeft(next)
                }
            }
        }
    }
}
