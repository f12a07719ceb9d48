// Which connections are used again, and which never (`robustness.md` E7, E12).

import EventLoop
import HTTPFraming
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

@Suite("UpstreamPool", .ownThread)
struct UpstreamPoolTests {
    /// Sends a request, answers it, and waits for its end.
    private func serve(_ stage: PoolStage, _ peer: ScriptedPeer, _ answer: String = ok("abc")) throws {
        let handler = RecordingResponse()
        stage.send("/", to: handler)
        _ = try #require(stage.request(at: peer))
        peer.say(answer)
        #expect(stage.run { handler.isOver })
        #expect(handler.endings == 1)
        stage.settle()
    }

    private func firstPeer(_ stage: PoolStage, _ answer: String = ok("abc")) throws -> ScriptedPeer {
        let (peer, handler) = try stage.exchange(answer)
        #expect(stage.run { handler.isOver })
        stage.settle()
        return peer
    }

    @Test("one request after the other goes over one connection", arguments: [false, true])
    func reuse(isSecure: Bool) throws {
        let stage = try PoolStage(isSecure: isSecure)
        let peer = try self.firstPeer(stage)
        for _ in 0..<5 { try self.serve(stage, peer) }
        #expect(stage.listener.acceptedCount == 1)
        #expect(stage.pool.idleCount == 1)
        stage.expectNothingLeft()
    }

    @Test("requests at the same time go over connections of their own, the one used last first")
    func parallel() throws {
        let stage = try PoolStage()
        let handlers = [RecordingResponse(), RecordingResponse()]
        for handler in handlers { stage.send("/", to: handler) }
        let first = try #require(stage.accept())
        let second = try #require(stage.accept())
        second.say(ok("b"))
        #expect(stage.run { handlers.contains { $0.isOver } })
        first.say(ok("a"))
        #expect(stage.run { handlers.allSatisfy { $0.isOver } })
        stage.settle()
        #expect(stage.pool.idleCount == 2)
        _ = first.takeAll()
        try self.serve(stage, first)
        #expect(stage.listener.acceptedCount == 2)
        stage.expectNothingLeft()
    }

    @Test("connections are pooled by upstream")
    func byName() throws {
        let stage = try PoolStage()
        _ = try self.firstPeer(stage)
        stage.endpoint.name = "another"
        _ = try self.firstPeer(stage)
        #expect(stage.listener.acceptedCount == 2)
        #expect(stage.pool.idleCount == 2)
        stage.expectNothingLeft()
    }

    @Test(
        "a connection whose response ends with it is not used again",
        arguments: [
            ok("abc", "Connection: close\r\n"), "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        ]
    )
    func notKeptAlive(answer: String) throws {
        let stage = try PoolStage()
        let peer = try self.firstPeer(stage, answer)
        #expect(stage.pool.idleCount == 0)
        #expect(stage.run { peer.end != nil })
        stage.expectNothingLeft()
    }

    @Test("E12: bytes behind a response drop its connection, in the same read or later", arguments: [true, false])
    func extraBytes(sameRead: Bool) throws {
        let stage = try PoolStage()
        let poison = ok("poison")
        let peer = try self.firstPeer(stage, ok("abc") + (sameRead ? poison : ""))
        if !sameRead {
            #expect(stage.pool.idleCount == 1)
            peer.say(poison)
            stage.settle()
        }
        #expect(stage.pool.idleCount == 0)
        #expect(stage.run { peer.end != nil })
        stage.expectNothingLeft()
    }

    @Test(
        "E12: bytes behind a response never answer a request that is sent when the response ends",
        arguments: [
            false, true,
        ]
    )
    func poisonedAtOnce(isSecure: Bool) throws {
        let stage = try PoolStage(isSecure: isSecure)
        let first = RecordingResponse()
        let second = RecordingResponse()
        first.onEnd = { stage.send("/second", to: second) }
        stage.send("/first", to: first)
        let peer = try #require(stage.accept())
        _ = try #require(stage.request(at: peer))
        peer.say(ok("abc") + (isSecure ? "" : ok("poison")))
        // Over TLS the poison is in a record of its own, decrypted from the same read.
        if isSecure { peer.say(ok("poison")) }
        #expect(stage.run { first.isOver })
        let fresh = try #require(stage.accept())
        let request = try #require(stage.request(at: fresh))
        #expect(request.head.target == "/second")
        fresh.say(ok("clean"))
        #expect(stage.run { second.isOver })
        #expect(second.text == "clean")
        stage.expectNothingLeft()
    }

    @Test("a connection that the upstream closes while it rests is forgotten", arguments: [false, true])
    func closedWhileIdle(reset: Bool) throws {
        let stage = try PoolStage()
        let peer = try self.firstPeer(stage)
        if reset { peer.reset() } else { peer.finish() }
        #expect(stage.run { stage.pool.idleCount == 0 })
        _ = try self.firstPeer(stage)
        #expect(stage.listener.acceptedCount == 2)
        stage.expectNothingLeft()
    }

    @Test("E7: a pooled connection that dies under a request is a failure; the request is not sent twice")
    func diesUnderRequest() throws {
        let stage = try PoolStage()
        let peer = try self.firstPeer(stage)
        let handler = RecordingResponse()
        // The FIN is on its way when the request leaves.
        peer.finish()
        stage.send("/", to: handler)
        #expect(stage.run { handler.isOver })
        #expect(handler.failures == [.ended(.clean, nothingSent: false)])
        stage.settle()
        #expect(stage.listener.acceptedCount == 1)
        stage.expectNothingLeft()
    }

    @Test("resting connections are closed after poolIdleTimeout")
    func idleTimeout() throws {
        let stage = try PoolStage { $0.poolIdleTimeout = .seconds(50) }
        let peer = try self.firstPeer(stage)
        stage.advance(by: .seconds(49))
        #expect(stage.pool.idleCount == 1)
        stage.advance(by: .seconds(1))
        #expect(stage.pool.idleCount == 0)
        #expect(stage.run { peer.end != nil })
        stage.expectNothingLeft()
    }

    @Test("no more than poolIdleConnections rest for one upstream")
    func idleLimit() throws {
        let stage = try PoolStage { $0.poolIdleConnections = 2 }
        let handlers = (0..<4).map { _ in RecordingResponse() }
        for handler in handlers { stage.send("/", to: handler) }
        for _ in handlers { stage.accept()?.say(ok("")) }
        #expect(stage.run { handlers.allSatisfy { $0.isOver } })
        stage.settle()
        #expect(stage.pool.idleCount == 2)
        stage.expectNothingLeft()
    }

    @Test("a pool that drains keeps nothing that comes to rest, so that a process that ends waits for nobody")
    func draining() throws {
        let stage = try PoolStage()
        let handler = RecordingResponse()
        stage.send("/", to: handler)
        let peer = try #require(stage.accept())
        _ = try #require(stage.request(at: peer))
        stage.pool.drain()
        peer.say(ok("a"))
        #expect(stage.run { handler.isOver })
        stage.settle()
        #expect(stage.pool.idleCount == 0)
        #expect(stage.run { peer.end != nil })
        stage.expectNothingLeft()
    }

    @Test("a response that comes before the request was taken ends the connection")
    func earlyAnswer() throws {
        let stage = try PoolStage()
        let handler = RecordingResponse()
        stage.listener.peersRead = false
        stage.send("/", body: noise(24_000_000), to: handler)
        let peer = try #require(stage.accept())
        peer.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
        #expect(stage.run { handler.isOver })
        #expect(handler.statuses == [413])
        stage.settle()
        #expect(stage.pool.idleCount == 0)
        stage.expectNothingLeft()
    }

    @Test("cancelling an exchange that is over leaves the next one on its connection alone")
    func lateCancel() throws {
        let stage = try PoolStage()
        let first = RecordingResponse()
        let exchange = stage.send("/", to: first)
        let peer = try #require(stage.accept())
        _ = try #require(stage.request(at: peer))
        peer.say(ok("a"))
        #expect(stage.run { first.isOver })
        stage.settle()
        let second = RecordingResponse()
        stage.send("/", to: second)
        _ = try #require(stage.request(at: peer))
        exchange.pauseReading()
        exchange.cancel()
        peer.say(ok("b"))
        #expect(stage.run { second.isOver })
        #expect(second.text == "b")
        stage.expectNothingLeft()
    }

    @Test("an upstream of the same name at another place, or under another trust, is another one")
    func byPlace() throws {
        let stage = try PoolStage(isSecure: true)
        _ = try self.firstPeer(stage)
        let before = stage.endpoint
        let listener = try stage.transport.stage.listen(tls: Trust.shared().server)
        stage.endpoint = UpstreamEndpoint(name: "upstream", host: "127.0.0.1", port: listener.port, tls: before.tls)
        let exchange = stage.send("/", to: RecordingResponse())
        #expect(stage.transport.stage.accept(listener) != nil)
        exchange.cancel()
        stage.endpoint = UpstreamEndpoint(
            name: "upstream",
            host: before.host,
            port: before.port,
            tls: try TLSContext(client: TLSClientConfiguration(verification: .none))
        )
        _ = try self.firstPeer(stage)
        #expect(stage.listener.acceptedCount == 2)
        listener.close()
        stage.expectNothingLeft()
    }

    @Test("what leads to a place that is no longer asked is closed, at rest or after its exchange")
    func keep() throws {
        let stage = try PoolStage()
        let first = try self.firstPeer(stage)
        let handler = RecordingResponse()
        stage.send("/", to: handler)
        _ = try #require(stage.request(at: first))
        let (name, before) = ("another", stage.endpoint.place)
        stage.endpoint.name = name
        let other = try self.firstPeer(stage)
        stage.pool.keep([stage.endpoint.place])
        #expect(stage.pool.idleCount == 1)
        first.say(ok("abc"))
        #expect(stage.run { handler.isOver && first.end != nil })
        #expect(handler.endings == 1)
        #expect(stage.pool.idleCount == 1)
        try self.serve(stage, other)
        stage.pool.keep([before])
        #expect(stage.pool.idleCount == 0)
        #expect(stage.run { other.end != nil })
        stage.expectNothingLeft()
    }

    @Test("times are those of the request, not of the connection")
    func times() throws {
        let stage = try PoolStage()
        let peer = try self.firstPeer(stage)
        stage.endpoint.firstByteTimeout = .seconds(1)
        let handler = RecordingResponse()
        stage.send("/", to: handler)
        _ = try #require(stage.request(at: peer))
        stage.advance(by: .milliseconds(1_100))
        #expect(stage.run { handler.isOver })
        #expect(handler.failures.count == 1)
        stage.expectNothingLeft()
    }
}
