// RFC 9112 in the client role: every framing of a response, and every way in which one fails (`robustness.md` E1, E5-E7,
// E12, F9).

import EventLoop
import HTTPFraming
import TestSupport
import Testing

@testable import Transport

@Suite("UpstreamConnection", .ownThread)
struct UpstreamConnectionTests {
    // MARK: Responses

    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    @Test("a response arrives whole in every framing, at every split", arguments: [false, true])
    func framings(isSecure: Bool) throws {
        for answer in [ok("abcde"), Self.chunked] {
            for split in stride(from: 1, to: answer.utf8.count, by: isSecure ? 9 : 1) {
                let stage = try PoolStage(isSecure: isSecure)
                let (peer, handler) = try stage.exchange("")
                peer.say(Array(answer.utf8.prefix(split)))
                stage.settle()
                peer.say(Array(answer.utf8.dropFirst(split)))
                #expect(stage.run { handler.isOver })
                #expect(handler.statuses == [200])
                #expect(handler.text == "abcde")
                #expect(handler.endings == 1)
                #expect(handler.failures.isEmpty)
                stage.settle()
                #expect(stage.pool.idleCount == 1)
                stage.expectNothingLeft()
            }
        }
    }

    @Test("the request goes out as it was given")
    func request() throws {
        let stage = try PoolStage()
        let handler = RecordingResponse()
        stage.send("/v1/x?y=z", body: Array("body".utf8), to: handler)
        let peer = try #require(stage.accept())
        let request = try #require(stage.request(at: peer))
        #expect(request.head.startLine == "POST /v1/x?y=z HTTP/1.1")
        #expect(request.head["host"] == "a")
        #expect(request.text == "body")
        peer.say(ok(""))
        #expect(stage.run { handler.endings == 1 })
        stage.expectNothingLeft()
    }

    @Test("responses without a body end at once", arguments: ["204 No Content", "304 Not Modified"])
    func bodiless(status: String) throws {
        let stage = try PoolStage()
        let (_, handler) = try stage.exchange("HTTP/1.1 \(status)\r\n\r\n")
        #expect(stage.run { handler.isOver })
        #expect(handler.endings == 1)
        stage.settle()
        #expect(stage.pool.idleCount == 1)
        stage.expectNothingLeft()
    }

    @Test("an answer to HEAD has no body, whatever its length says")
    func head() throws {
        let stage = try PoolStage()
        let (_, handler) = try stage.exchange("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head)
        #expect(stage.run { handler.isOver })
        #expect(handler.endings == 1)
        #expect(handler.body.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("§6.3: a body without length runs until the upstream closes, in order", arguments: [false, true])
    func untilClose(isSecure: Bool) throws {
        let stage = try PoolStage(isSecure: isSecure)
        let (peer, handler) = try stage.exchange("HTTP/1.1 200 OK\r\n\r\nabc")
        #expect(stage.run { handler.text == "abc" })
        peer.say("def")
        peer.finish()
        #expect(stage.run { handler.isOver })
        #expect(handler.text == "abcdef")
        #expect(handler.endings == 1)
        #expect(stage.pool.idleCount == 0)
        stage.expectNothingLeft()
    }

    @Test("RFC 9110 §15.2: interim responses are passed over")
    func interim() throws {
        let stage = try PoolStage()
        let (_, handler) = try stage.exchange(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("abc")
        )
        #expect(stage.run { handler.isOver })
        #expect(handler.statuses == [200])
        #expect(handler.text == "abc")
        stage.expectNothingLeft()
    }

    // MARK: Failures

    private func failure(
        _ answer: String,
        isSecure: Bool = false,
        then: (ScriptedPeer) -> Void = { _ in }
    ) throws -> UpstreamFailure? {
        let stage = try PoolStage(isSecure: isSecure)
        let (peer, handler) = try stage.exchange(answer)
        then(peer)
        #expect(stage.run { handler.isOver })
        #expect(handler.endings == 0)
        stage.settle()
        #expect(handler.failures.count == 1)
        #expect(stage.pool.idleCount == 0)
        stage.expectNothingLeft()
        return handler.failures.first
    }

    @Test("E5: what is no HTTP/1.1 is a violation, and bounded")
    func violations() throws {
        #expect(try self.failure("SSH-2.0-OpenSSH_9\r\n\r\n") == .violation(.malformedStatusLine))
        #expect(try self.failure("HTTP/1.1 999 What\r\n\r\n") == .violation(.malformedStatusLine))
        let endlessHead = "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Filler: yes\r\n", count: 5_000)
        guard case .violation? = try self.failure(endlessHead) else {
            Issue.record("an endless head was taken")
            return
        }
        let endlessInterim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 100)
        #expect(try self.failure(endlessInterim) == .violation(.tooManyInterimResponses))
        #expect(
            try self.failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") == .violation(.invalidChunk)
        )
    }

    @Test("E1: a 101 that nobody asked for opens no tunnel")
    func unaskedUpgrade() throws {
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
        #expect(try self.failure(answer) == .violation(.malformedStatusLine))
    }

    @Test("F9: a body that ends too early is a failure, and over TLS so is one without close_notify")
    func truncated() throws {
        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
        #expect(try self.failure(cut) { $0.finish() } == .ended(.clean, nothingSent: false))
        let open = "HTTP/1.1 200 OK\r\n\r\nabc"
        #expect(
            try self.failure(open, isSecure: true) { $0.finishWithoutNotice() }
                == .ended(.truncated, nothingSent: false)
        )
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        #expect(try self.failure(chunks) { $0.finish() } == .ended(.clean, nothingSent: false))
    }

    @Test("E7: an upstream that goes before its answer is a failure", arguments: [false, true])
    func goneBeforeAnswer(reset: Bool) throws {
        let failure = try self.failure("") { reset ? $0.reset() : $0.finish() }
        let end: ChannelEnd = reset ? .failed(.connectionReset) : .clean
        #expect(failure == .ended(end, nothingSent: false))
    }

    @Test("an upstream that refuses and resets while the body is on its way is heard", arguments: [false, true])
    func refusedEarly(isSecure: Bool) throws {
        let stage = try PoolStage(isSecure: isSecure)
        let handler = RecordingResponse()
        // More than two kernels' buffers take.
        stage.send("/", body: [UInt8](repeating: 0x78, count: 32_000_000), to: handler)
        let peer = try #require(stage.accept())
        #expect(stage.run { peer.heardCount > 0 && peer.isSecured })
        peer.isReading = false
        stage.settle()
        peer.say("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nmuch")
        peer.cut()
        #expect(stage.run { handler.isOver })
        #expect(handler.statuses == [413])
        #expect(handler.text == "much")
        #expect(handler.failures == [])
        #expect(stage.pool.idleCount == 0)
        stage.expectNothingLeft()
    }

    // MARK: Time

    @Test("E6: a head that does not come in time")
    func headTimeout() throws {
        let stage = try PoolStage()
        stage.endpoint.firstByteTimeout = .seconds(60)
        let (_, handler) = try stage.exchange("HTTP/1.1 200")
        stage.advance(by: .seconds(59))
        #expect(!handler.isOver)
        stage.advance(by: .seconds(1))
        #expect(handler.failures == [.timeout(.head)])
        stage.expectNothingLeft()
    }

    @Test("the wait for a head begins with the request's last byte")
    func headTimeoutDuringUpload() throws {
        let stage = try PoolStage()
        stage.endpoint.firstByteTimeout = .seconds(20)
        let handler = RecordingResponse()
        stage.listener.peersRead = false
        stage.send("/", body: noise(24_000_000), to: handler)
        let peer = try #require(stage.accept())
        stage.advance(by: .seconds(25))
        #expect(!handler.isOver)
        peer.isReading = true
        #expect(stage.run { peer.received.count > 24_000_000 })
        stage.advance(by: .seconds(19))
        #expect(!handler.isOver)
        stage.advance(by: .seconds(1))
        #expect(handler.failures == [.timeout(.head)])
        stage.expectNothingLeft()
    }

    @Test("E6: a body that falls silent; each piece starts the wait anew")
    func bodyTimeout() throws {
        let stage = try PoolStage()
        stage.endpoint.idleTimeout = .seconds(120)
        let (peer, handler) = try stage.exchange("HTTP/1.1 200 OK\r\n\r\n")
        for _ in 0..<3 {
            stage.advance(by: .seconds(119))
            peer.say("x")
        }
        #expect(!handler.isOver)
        stage.advance(by: .seconds(120))
        #expect(handler.failures == [.timeout(.body)])
        #expect(handler.text == "xxx")
        stage.expectNothingLeft()
    }

    @Test("while the handler reads nothing no time runs, and nothing is lost", arguments: [false, true])
    func paused(isSecure: Bool) throws {
        let stage = try PoolStage(isSecure: isSecure)
        stage.endpoint.idleTimeout = .seconds(120)
        let handler = RecordingResponse()
        let exchange = stage.send("/", to: handler)
        let peer = try #require(stage.accept())
        _ = try #require(stage.request(at: peer))
        handler.onPiece = { exchange.pauseReading() }
        let bytes = noise(1_000_000)
        peer.say(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".utf8) + bytes)
        #expect(stage.run { !handler.body.isEmpty })
        stage.settle()
        #expect(handler.body.count < 200_000)
        stage.advance(by: .seconds(3600))
        #expect(!handler.isOver)
        #expect(
            stage.run {
                exchange.resumeReading()
                return handler.isOver
            }
        )
        #expect(handler.body == bytes)
        #expect(handler.endings == 1)
        stage.expectNothingLeft()
    }

    @Test("a connection whose last response was paused keeps time in the next one")
    func pausedThenReused() throws {
        let stage = try PoolStage()
        stage.endpoint.idleTimeout = .seconds(120)
        let first = RecordingResponse()
        let exchange = stage.send("/", to: first)
        let peer = try #require(stage.accept())
        _ = try #require(stage.request(at: peer))
        // Paused in the very read that also brings the end.
        first.onPiece = { exchange.pauseReading() }
        peer.say(ok("abc"))
        #expect(stage.run { first.isOver })
        stage.settle()

        let second = RecordingResponse()
        stage.send("/", to: second)
        _ = try #require(stage.request(at: peer))
        peer.say("HTTP/1.1 200 OK\r\n\r\n")
        for _ in 0..<3 {
            stage.advance(by: .seconds(119))
            peer.say("x")
        }
        stage.settle()
        #expect(second.failures.isEmpty)
        #expect(second.text == "xxx")
        stage.advance(by: .seconds(120))
        #expect(second.failures == [.timeout(.body)])
        stage.expectNothingLeft()
    }

    @Test("a cancelled exchange closes its connection and tells nothing more", arguments: ["dialling", "head", "body"])
    func cancel(phase: String) throws {
        let stage = try PoolStage()
        let handler = RecordingResponse()
        let exchange = stage.send("/", to: handler)
        var peer: ScriptedPeer?
        if phase != "dialling" {
            peer = stage.accept()
            peer?.say(phase == "head" ? "HTTP/1.1" : "HTTP/1.1 200 OK\r\n\r\nabc")
            #expect(stage.run { phase == "head" ? true : handler.text == "abc" })
            stage.settle()
        }
        exchange.cancel()
        exchange.cancel()
        stage.settle()
        #expect(!handler.isOver)
        if let peer { #expect(peer.end != nil) }
        stage.expectNothingLeft()
    }
}
