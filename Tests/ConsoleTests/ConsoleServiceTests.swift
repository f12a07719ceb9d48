// The API on a loop, over HTTP: methods, bodies, fields, long answers.

import EventLoop
import Foundation
import HTTPFraming
import Logging
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Console

/// Serves the API and nothing else.
private final class OnlyConsole: HTTPService {
    let console: ConsoleService

    init(_ console: ConsoleService) { self.console = console }
    func handle(_ exchange: ServerExchange) { self.console.handle(exchange) }
    func answer(to refusal: HTTPRefusal) -> HTTPAnswer { HTTPAnswer(status: 400) }
}

@Suite(.ownThread) struct ConsoleServiceTests {
    private struct Server {
        let stage: Stage
        let api: ConsoleStage
        let server: HTTPServer

        init(limits: ConsoleLimits = ConsoleLimits()) throws {
            self.stage = try Stage()
            self.api = try ConsoleStage(limits: limits)
            let context = TransportContext(
                loop: self.stage.loop,
                resolver: try Resolver(threads: 1),
                limits: TransportLimits(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            self.server = try HTTPServer(
                address: .loopback(port: 0),
                tls: nil,
                service: OnlyConsole(ConsoleService(shared: self.api.shared, context: context)),
                context: context
            )
        }

        func peer(_ method: String, _ target: String, _ fields: String = "", body: String = "") throws -> ScriptedPeer {
            let peer = try self.stage.connect(to: try #require(self.server.localAddress))
            let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\nContent-Type: application/json\r\n"
            let bearer = "Authorization: Bearer \(ConsoleStage.adminKey)\r\n"
            peer.say("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\(bearer)\(fields)\(length)\r\n\(body)")
            return peer
        }

        func ask(_ method: String, _ target: String, _ fields: String = "", body: String = "") throws -> WireAnswer {
            let peer = try self.peer(method, target, fields, body: body)
            defer { peer.cut() }
            var answer: WireAnswer?
            _ = self.stage.run {
                answer = answer ?? peer.takeAnswer(hasBody: method != "HEAD" && method != "OPTIONS")
                return answer != nil
            }
            return try #require(answer)
        }

        /// Checks that no connection outlived what the test did.
        func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
            self.server.drain()
            _ = self.stage.run { self.stage.calls.openDescriptors.isEmpty }
            #expect(self.stage.calls.openDescriptors == [], sourceLocation: sourceLocation)
        }
    }

    @Test("every answer is for this caller, now")
    func fields() throws {
        let server = try Server()
        let answer = try server.ask("GET", "/api/me", "X-Request-ID: mine\r\n")
        #expect(answer.head.status == 200)
        #expect(answer.head["cache-control"] == "no-store")
        #expect(answer.head["x-request-id"] == "mine")
        #expect(answer.head["x-content-type-options"] == "nosniff")
        #expect(JSON(answer.body)?["metadata"]?["request_id"] == "mine")
        server.expectNothingLeft()
    }

    @Test("HEAD, OPTIONS and other methods")
    func methods() throws {
        let server = try Server()
        #expect(try server.ask("HEAD", "/api/keys").head.status == 200)
        let options = try server.ask("OPTIONS", "/api/keys")
        #expect(options.head.status == 204)
        #expect(options.head["allow"] == "POST, GET, HEAD, OPTIONS")
        #expect(options.head["access-control-allow-origin"] == nil)
        let put = try server.ask("PUT", "/api/keys", body: "{}")
        #expect(put.head.status == 405)
        #expect(put.head["allow"] == "POST, GET, HEAD, OPTIONS")
        #expect(JSON(put.body)?["error"]?["code"] == "method_not_allowed")
        #expect(try server.ask("GET", "/api/nothing").head.status == 404)
        server.expectNothingLeft()
    }

    @Test("a body is bounded, a key is made by one that fits")
    func bodies() throws {
        let server = try Server()
        let long = #"{"name":""# + String(repeating: "x", count: 70_000) + #""}"#
        #expect(try server.ask("POST", "/api/keys", body: long).head.status == 413)
        #expect(try server.ask("POST", "/api/keys", body: "{").head.status == 400)
        let made = try server.ask("POST", "/api/keys", body: #"{"name":"k"}"#)
        #expect(made.head.status == 201)
        #expect(made.head["content-type"] == "application/json")
        server.expectNothingLeft()
    }

    @Test("beyond so many calls at once, callers are told to come back")
    func manyCalls() throws {
        var limits = ConsoleLimits()
        limits.callsPerLoop = 0
        let server = try Server(limits: limits)
        let answer = try server.ask("GET", "/api/me")
        #expect(answer.head.status == 503)
        #expect(answer.head["retry-after"] == "1")
        server.expectNothingLeft()
    }

    @Test("401 says how to show a key")
    func challenge() throws {
        let server = try Server()
        let peer = try server.stage.connect(to: try #require(server.server.localAddress))
        peer.say("GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n")
        var answer: WireAnswer?
        _ = server.stage.run {
            answer = answer ?? peer.takeAnswer()
            return answer != nil
        }
        #expect(answer?.head.status == 401)
        #expect(answer?.head["www-authenticate"] == "Bearer")
        peer.cut()
        server.expectNothingLeft()
    }
}
