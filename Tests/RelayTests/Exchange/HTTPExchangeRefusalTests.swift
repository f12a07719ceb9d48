// Chat requests that are refused, by the relay or by an upstream, and the routes that are tried first (protocol: http §1.5;
// `robustness.md` E6, E9, E11, E13, G2, G8-G11).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("HTTPExchange refusals", .ownThread)
struct HTTPExchangeRefusalTests {
    // MARK: Before a dial

    @Test(
        "a body that cannot be read is a 400 that names the reason, and dials nobody",
        arguments: [
            ("{", "invalid_json"), ("[]", "invalid_json"), ("{}", "missing_required_parameter"),
            (#"{"model":1}"#, "invalid_type"), (#"{"model":"talk","stream":"yes"}"#, "invalid_type"),
            (#"{"model":"talk","model":"talk"}"#, "duplicate_parameter"),
        ]
    )
    func badBody(body: String, code: String) throws {
        let stage = try RelayStage()
        let answer = try stage.ask("POST", ChatScript.path, body: body)
        #expect(answer.status == 400)
        #expect(try ToldError(answer.body).code == code)
        #expect(answer.head["x-request-id"] != nil)
        #expect(stage.dials == 0)
        stage.expectNothingLeft()
    }

    @Test("no key, a model that is not there, and one that is not allowed")
    func notAdmitted() throws {
        let stage = try RelayStage { $0.describeKey = { $0.models = ["talk", "ghost"] } }
        let cases = [
            ("", ChatScript.plain, 401, "authentication_failed"),
            (stage.bearer, #"{"model":"ghost"}"#, 404, "model_not_found"),
            (stage.bearer, #"{"model":"other"}"#, 403, "model_not_allowed"),
        ]
        for (fields, body, status, code) in cases {
            let answer = try stage.ask("POST", ChatScript.path, fields, body: body)
            #expect(answer.status == status)
            #expect(try ToldError(answer.body).code == code)
        }
        #expect(stage.dials == 0)
        stage.expectNothingLeft()
    }

    @Test("a body beyond the limit is a 413")
    func tooLarge() throws {
        let stage = try RelayStage { $0.limits.requestBodyBytes = 100 }
        let answer = try stage.ask("POST", ChatScript.path, body: String(repeating: " ", count: 101))
        #expect(answer.status == 413)
        #expect(try ToldError(answer.body).code == "request_too_large")
        stage.expectNothingLeft()
    }

    @Test("a body that stops coming is a 408")
    func bodyTimeout() throws {
        let stage = try RelayStage()
        let client = try stage.client("POST", ChatScript.path, stage.bearer + "Content-Length: 10\r\n")
        #expect(stage.run { stage.store.finds == 1 })
        stage.settle()
        stage.advance(by: .seconds(30))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 408)
        #expect(try ToldError(answer.body).code == "request_timeout")
        stage.expectNothingLeft(client)
    }

    @Test("a draining relay refuses, and waits for what is under way")
    func draining() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        var quiet = 0
        stage.service.onQuiet = { quiet += 1 }
        stage.service.drain()
        #expect(quiet == 0)
        #expect(try stage.ask("POST", ChatScript.path, body: ChatScript.plain).status == 503)
        #expect(quiet == 0)
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: client)).status == 200)
        #expect(quiet == 1)
        stage.expectNothingLeft(client, upstream)
    }

    // MARK: Fail-over

    @Test(
        "the next route is tried before anything is promised (E6, E9, E11, E13)",
        arguments: [
            ChatScript.answer(503, ChatScript.error("overloaded")), ChatScript.answer(429, ChatScript.error("limit")),
            ChatScript.answer(401, ChatScript.error("invalid_api_key")),
            ChatScript.answer(200, ChatScript.error("in_a_200")),
            ChatScript.answer(200, "<html>", "Content-Type: text/html\r\n"),
            ChatScript.answer(200, ""), ChatScript.answer(200, #"{"id":"#), ChatScript.answer(200, "null"),
            ChatScript.answer(200, "{}", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
            ChatScript.answer(302, "", "Location: http://x/\r\n"), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
            "nonsense\r\n\r\n",
        ]
    )
    func failOver(first: String) throws {
        let stage = try RelayStage { $0.upstreams = 2 }
        let (client, upstream, _) = try stage.chat()
        upstream.say(first)
        upstream.finish()
        let second = try #require(stage.upstream(1))
        let request = try #require(stage.message(at: second))
        #expect(request.text.contains(#""model":"real-1""#))
        #expect(client.heardCount == 0)
        second.say(ChatScript.answer(200, #"{"ok":true}"#))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 200 && answer.text == #"{"ok":true}"#)
        stage.expectNothingLeft(client, upstream, second)
    }

    @Test("an upstream that stays silent is a 504 when there is no other (E6)")
    func silent() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        stage.advance(by: .seconds(60))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 504)
        #expect(try ToldError(answer.body).code == "gateway_timeout")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that cannot be reached is a 502")
    func unreachable() throws {
        let stage = try RelayStage()
        stage.listeners[0].close()
        let answer = try stage.ask("POST", ChatScript.path, body: ChatScript.plain)
        #expect(answer.status == 502)
        #expect(try ToldError(answer.body).code == "bad_gateway")
        #expect(!answer.text.contains("127.0.0.1"))
        stage.expectNothingLeft()
    }

    // MARK: Refusals of upstreams

    @Test("an upstream that refuses and resets before it has all of the body is told as what it said")
    func refusedEarly() throws {
        let stage = try RelayStage()
        stage.listeners[0].peersRead = false
        // More than two kernels' buffers take.
        let text = String(repeating: "x", count: 12_000_000)
        let client = try stage.client("POST", ChatScript.path, body: #"{"model":"talk","user":"\#(text)"}"#)
        let upstream = try #require(stage.upstream())
        upstream.shrinkBuffers()
        #expect(stage.run { stage.stage.loop.blocks.leasedCount > 0 })
        upstream.say(ChatScript.answer(413, ChatScript.error("context_too_large")))
        upstream.cut()
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 413)
        #expect(try ToldError(answer.body).code == "context_too_large")
        stage.expectNothingLeft(client)
    }

    @Test("a refusal goes on in its own words, our key taken out (G2)", arguments: [400, 404, 422, 429, 500])
    func refused(status: Int) throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        upstream.say(
            ChatScript.answer(
                status,
                ChatScript.error("theirs", "not with \(RelayStage.secret)"),
                "Content-Type: application/json\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\n"
            )
        )
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == status)
        #expect(answer.text == ChatScript.error("theirs", "not with [redacted]"))
        #expect(answer.head["retry-after"] == "7")
        #expect(answer.head["set-cookie"] == nil)
        stage.settle()
        #expect(stage.service.pool.idleCount == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "what is no answer for a program is a 502 in our words (E9, E11, E13)",
        arguments: [
            ChatScript.answer(502, "<html>oops", "Content-Type: text/html\r\n"),
            ChatScript.answer(200, "<html>oops", "Content-Type: text/html\r\n"),
            ChatScript.answer(200, "oops", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
            ChatScript.answer(401, ChatScript.error("oops")), ChatScript.answer(403, ChatScript.error("oops")),
        ]
    )
    func unusable(text: String) throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        upstream.say(text)
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 502)
        #expect(!answer.text.contains("oops"))
        #expect(try ToldError(answer.body).type == "api_error")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a whole answer that outgrows what is held is passed on; broken then, the connection is cut")
    func brokenWhole() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        let part = #"{"id":""# + String(repeating: "x", count: 70_000)
        upstream.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n\(part)")
        #expect(stage.run { client.heardCount > 70_000 })
        upstream.reset()
        #expect(stage.run { client.end != nil })
        #expect(client.text.contains("content-length: 100000"))
        #expect(stage.service.isQuiet)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an error body without end is told by what came of it, and its connection dropped")
    func endlessRefusal() throws {
        let stage = try RelayStage { $0.limits.refusalBodyBytes = 1_000 }
        let (client, upstream, _) = try stage.chat()
        upstream.say("HTTP/1.1 500 X\r\nContent-Type: application/json\r\n\r\n")
        upstream.say(String(repeating: "x", count: 5_000))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 500)
        #expect(try ToldError(answer.body).type == "api_error")
        #expect(stage.run { upstream.end != nil })
        stage.expectNothingLeft(client, upstream)
    }
}
