// Which path leads where, what a path that leads nowhere is told, and health (design: Endpoints, Errors).

import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("RelayService", .ownThread)
struct RelayServiceTests {
    @Test(
        "paths that lead nowhere are a 404",
        arguments: ["/", "/v1", "/v1/realtime/", "/v1/models/", "/v1/../healthz", "/x"]
    )
    func notFound(path: String) throws {
        let stage = try RelayStage()
        let answer = try stage.ask("GET", path)
        #expect(answer.status == 404)
        #expect(try ToldError(answer.body).code == "not_found")
        #expect(answer.head["x-request-id"]?.hasPrefix("req_") == true)
        stage.expectNothingLeft()
    }

    @Test(
        "a method that a path does not know is a 405 that names those it does",
        arguments: [
            ("GET", "/v1/chat/completions", "POST"), ("POST", "/v1/models", "GET, HEAD"),
            ("DELETE", "/v1/models/talk", "GET, HEAD"), ("POST", "/healthz", "GET, HEAD"),
            ("PUT", "/readyz", "GET, HEAD"),
        ]
    )
    func methods(method: String, path: String, allowed: String) throws {
        let stage = try RelayStage()
        let answer = try stage.ask(method, path)
        #expect(answer.status == 405)
        #expect(answer.head["allow"] == allowed)
        #expect(try ToldError(answer.body).code == "method_not_allowed")
        stage.expectNothingLeft()
    }

    @Test("health needs no key; readiness ends with a drain")
    func health() throws {
        let stage = try RelayStage()
        for path in ["/healthz", "/readyz"] {
            let answer = try stage.ask("GET", path, "")
            #expect(answer.status == 200 && answer.text == "ok\n")
            let head = try stage.ask("HEAD", path, "")
            #expect(head.status == 200 && head.head["content-length"] == "3")
        }
        stage.service.drain()
        #expect(try stage.ask("GET", "/healthz", "").status == 200)
        let answer = try stage.ask("GET", "/readyz", "")
        #expect(answer.status == 503 && answer.text == "draining\n")
        #expect(stage.store.finds == 0)
        stage.expectNothingLeft()
    }

    @Test("what never becomes a request is answered in the same shape, with an id")
    func violation() throws {
        let stage = try RelayStage()
        let client = try stage.client()
        client.say("GET / HTTP/1.1\r\nHost: a\r\nbad field\r\n\r\n")
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 400)
        #expect(try ToldError(answer.body).type == "invalid_request_error")
        #expect(answer.head["x-request-id"] != nil)
        #expect(stage.log.entries("refused").count == 1)
        stage.expectNothingLeft(client)
    }

    @Test("several keys of an upstream are shown in turn")
    func turns() throws {
        let stage = try RelayStage { $0.describeUpstream = { $0.apiKeys = [Secret("one"), Secret("two")] } }
        var shown: Set<String> = []
        for _ in 0..<2 {
            let (client, upstream, request) = try stage.chat()
            shown.insert(request.head["authorization"] ?? "")
            client.cut()
            #expect(stage.run { upstream.end != nil })
        }
        #expect(shown == ["Bearer one", "Bearer two"])
        stage.expectNothingLeft()
    }

    @Test("no key, ours or a client's, reaches the log (G1)")
    func nothingSecretInTheLog() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session("?model=talk&key=\(stage.key)")
        client.say(WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        _ = try stage.ask("GET", "/\(stage.key)")
        _ = try stage.ask("POST", ChatScript.path, body: #"{"model":"\#(stage.key)"}"#)
        #expect(stage.log.entries.count >= 3)
        for entry in stage.log.entries {
            let text = "\(entry.message) \(entry.metadata)"
            #expect(!text.contains(stage.key) && !text.contains(RelayStage.secret))
        }
        stage.expectNothingLeft(client, upstream)
    }
}
