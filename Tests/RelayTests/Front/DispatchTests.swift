// From provider to provider, as clients and upstreams see it: keys, waits, breakers, and clients that leave meanwhile
// (protocol: http §6; `robustness.md` E14).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("Dispatch", .ownThread)
struct DispatchTests {
    private static let keys = ["sk-provider-first-0001", "sk-provider-second-0002"]

    /// A relay with the two keys above at each upstream, and a backoff of at most 100 ms.
    private func stage(_ adjust: (inout RelayPlan) -> Void = { _ in }) throws -> RelayStage {
        try RelayStage { plan in
            plan.settings.routing.backoff = .milliseconds(100)
            plan.describeUpstream = { $0.apiKeys = Self.keys.map { Secret($0) } }
            adjust(&plan)
        }
    }

    private func oneKey(_ plan: inout RelayPlan) {
        plan.describeUpstream = { $0.apiKeys = [Secret(Self.keys[0])] }
    }

    private func bearer(_ request: WireAnswer) -> String? { request.head["authorization"] }

    private func keyState(_ stage: RelayStage, key index: Int = 0) -> ProviderKeyReport.State? {
        let now = stage.stage.loop.now.nanoseconds
        return stage.shared.keyBoard.reports(of: "up0", now: now).dropFirst(index).first?.state
    }

    // MARK: Keys

    @Test("keys take turns from request to request")
    func turns() throws {
        let stage = try self.stage()
        let (client, upstream, first) = try stage.chat()
        var bearers = [self.bearer(first)]
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: client)).status == 200)
        for _ in 0..<3 {
            let client = try stage.client("POST", ChatScript.path, body: ChatScript.plain)
            bearers.append(self.bearer(try #require(stage.message(at: upstream))))
            upstream.say(ChatScript.answer(200, "{}"))
            #expect(try #require(stage.message(at: client)).status == 200)
            client.cut()
        }
        #expect(bearers == [0, 1, 0, 1].map { "Bearer \(Self.keys[$0])" })
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a key that is refused is disabled, and the next one serves", arguments: [401, 403])
    func refusedKey(status: Int) throws {
        let stage = try self.stage()
        let (client, upstream, request) = try stage.chat()
        #expect(self.bearer(request) == "Bearer \(Self.keys[0])")
        upstream.say(ChatScript.answer(status, ChatScript.error("invalid_api_key", "not \(Self.keys[0])")))
        // The connection that the refusal came over is not at rest yet.
        let second = try #require(stage.upstream())
        #expect(self.bearer(try #require(stage.message(at: second))) == "Bearer \(Self.keys[1])")
        second.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: client)).status == 200)
        // From now on only the other one is asked with.
        for _ in 0..<2 {
            let client = try stage.client("POST", ChatScript.path, body: ChatScript.plain)
            #expect(self.bearer(try #require(stage.message(at: second))) == "Bearer \(Self.keys[1])")
            second.say(ChatScript.answer(200, "{}"))
            #expect(try #require(stage.message(at: client)).status == 200)
            client.cut()
        }
        let told = status == 401 ? "provider key disabled" : "provider key disabled for a model"
        let entry = try #require(stage.log.entries(told).first)
        #expect(entry["key"] == "0" && entry["upstream"] == "up0")
        #expect(!entry.values.contains { $0.contains("sk-provider") })
        stage.expectNothingLeft(client, upstream, second)
    }

    @Test("with every key refused the client is told of a provider's trouble, without another request")
    func noKeyLeft() throws {
        let stage = try self.stage(self.oneKey)
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(401, ChatScript.error("invalid_api_key")))
        let answers = [
            try #require(stage.message(at: client)),
            try stage.ask("POST", ChatScript.path, body: ChatScript.plain),
        ]
        for answer in answers {
            #expect(answer.status == 502)
            #expect(try ToldError(answer.body).code == "upstream_auth_error")
        }
        let session = try stage.realtimeClient()
        #expect(try #require(stage.message(at: session)).status == 502)
        #expect(stage.dials == 1)
        stage.expectNothingLeft(client, upstream, session)
    }

    @Test("a relay without descriptors says so, and holds it against nobody (A22)", arguments: [false, true])
    func noDescriptors(isSession: Bool) throws {
        let stage = try self.stage { plan in
            self.oneKey(&plan)
            plan.settings.routing.breaker.failures = 1
        }
        let client =
            try isSession ? stage.realtimeClient() : stage.client("POST", ChatScript.path, body: ChatScript.plain)
        stage.stage.harness.calls.inject(.fail(.tooManyOpenInProcess), into: .openSocket, at: 1)
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 503)
        #expect(try ToldError(answer.body).code == "service_unavailable")
        #expect(answer.head["retry-after"] != nil)
        #expect(self.keyState(stage) == .closed)
        let entry = try #require(stage.log.entries("upstream not asked").first)
        #expect(entry["reason"] == "relay_exhausted" && entry["upstream"] == "up0")

        let (next, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: next)).status == 200)
        stage.expectNothingLeft(client, next, upstream)
    }

    @Test("a realtime session is dialled with the next key, too")
    func refusedKeyOfSession() throws {
        let stage = try self.stage()
        let client = try stage.realtimeClient()
        let first = try #require(stage.upstream())
        #expect(try #require(stage.head(at: first))["authorization"] == "Bearer \(Self.keys[0])")
        first.say(ChatScript.answer(401, ChatScript.error("invalid_api_key")))
        let second = try #require(stage.upstream())
        let head = try #require(stage.head(at: second))
        #expect(head["authorization"] == "Bearer \(Self.keys[1])")
        second.say(stage.acceptance(of: head))
        #expect(stage.head(at: client)?.status == 101)
        #expect(self.keyState(stage) == .disabled)
        stage.expectNothingLeft(client, first, second)
    }

    // MARK: Waits

    @Test("the only upstream is asked again after a backoff")
    func backoff() throws {
        let stage = try self.stage(self.oneKey)
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(500, ChatScript.error("oops")))
        stage.settle()
        #expect(upstream.received.isEmpty && client.heardCount == 0)
        stage.advance(by: .milliseconds(100))
        _ = try #require(stage.message(at: upstream))
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: client)).status == 200)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("Retry-After is waited for when it is short, and told to the client when it is not")
    func retryAfter() throws {
        let stage = try self.stage(self.oneKey)
        let (client, upstream, _) = try stage.chat()
        let fields = "Content-Type: application/json\r\nRetry-After: "
        upstream.say(ChatScript.answer(429, ChatScript.error("slow"), fields + "2\r\n"))
        stage.settle()
        stage.advance(by: .milliseconds(1_900))
        #expect(upstream.received.isEmpty)
        stage.advance(by: .milliseconds(100))
        _ = try #require(stage.message(at: upstream))
        upstream.say(ChatScript.answer(429, ChatScript.error("slow"), fields + "30\r\n"))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 429 && answer.head["retry-after"] == "30")
        // Who comes meanwhile is told the same, and nobody is asked.
        let other = try stage.ask("POST", ChatScript.path, body: ChatScript.plain)
        #expect(other.status == 429 && other.head["retry-after"] == "31")
        #expect(stage.dials == 1 && upstream.received.isEmpty)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a session waits before it is dialled again")
    func backoffOfSession() throws {
        let stage = try self.stage(self.oneKey)
        let client = try stage.realtimeClient()
        let first = try #require(stage.upstream())
        _ = try #require(stage.head(at: first))
        first.finish()
        stage.settle()
        #expect(stage.dials == 1)
        stage.advance(by: .milliseconds(100))
        let second = try #require(stage.upstream())
        second.say(stage.acceptance(of: try #require(stage.head(at: second))))
        #expect(stage.head(at: client)?.status == 101)
        stage.expectNothingLeft(client, first, second)
    }

    // MARK: Clients that leave

    @Test("a client that leaves in a backoff leaves nothing behind", arguments: [true, false])
    func goneInBackoff(isSession: Bool) throws {
        let stage = try self.stage(self.oneKey)
        let client =
            try isSession ? stage.realtimeClient() : stage.client("POST", ChatScript.path, body: ChatScript.plain)
        let upstream = try #require(stage.upstream())
        _ = stage.run { upstream.text.contains("\r\n\r\n") }
        upstream.say("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n")
        #expect(stage.run { stage.stage.loop.timerCount > 0 && stage.log.entries("upstream failed").count == 1 })
        client.reset()
        #expect(stage.run { stage.service.isQuiet })
        stage.advance(by: .seconds(1))
        #expect(stage.dials == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that leaves cancels the upstream in the same turn, before its answer and within it")
    func goneCancels() throws {
        for hasBegun in [false, true] {
            let stage = try self.stage()
            let (client, upstream, _) = try stage.chat(ChatScript.streamed)
            if hasBegun {
                upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
                #expect(stage.run { client.text.contains("hi") })
            }
            client.reset()
            // No time passes here: what would need a timer would not happen.
            #expect(stage.run { upstream.end != nil })
            #expect(self.keyState(stage) == .closed)
            stage.expectNothingLeft(client, upstream)
        }
    }

    // MARK: Breakers

    private func brittle(_ plan: inout RelayPlan) {
        self.oneKey(&plan)
        plan.settings.routing.attempts = 1
        plan.settings.routing.breaker.failures = 2
        plan.settings.routing.breaker.open = .seconds(10)
    }

    /// A stage whose one key has just failed twice.
    private func opened() throws -> RelayStage {
        let stage = try self.stage(self.brittle)
        for _ in 0..<2 {
            let (client, upstream, _) = try stage.chat()
            upstream.say(ChatScript.answer(500, ChatScript.error("oops"), "Connection: close\r\n"))
            #expect(try #require(stage.message(at: client)).status == 500)
            client.cut()
            upstream.cut()
        }
        #expect(self.keyState(stage) == .open)
        return stage
    }

    @Test("an open breaker refuses at once, lets one request try, and closes with its answer")
    func breaker() throws {
        let stage = try self.opened()
        let refused = try stage.ask("POST", ChatScript.path, body: ChatScript.plain)
        #expect(refused.status == 503 && refused.head["retry-after"] != nil)
        #expect(try ToldError(refused.body).code == "service_unavailable")
        let session = try stage.realtimeClient()
        #expect(try #require(stage.message(at: session)).status == 503)
        #expect(stage.dials == 2)
        stage.advance(by: .seconds(10))
        let (client, upstream, _) = try stage.chat()
        #expect(self.keyState(stage) == .halfOpen)
        #expect(try stage.ask("POST", ChatScript.path, body: ChatScript.plain).status == 503)
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: client)).status == 200)
        #expect(self.keyState(stage) == .closed)
        stage.expectNothingLeft(client, upstream, session)
    }

    @Test("a probe whose client leaves is given back to the next one")
    func probeGone() throws {
        let stage = try self.opened()
        stage.advance(by: .seconds(10))
        let (client, upstream, _) = try stage.chat()
        client.reset()
        #expect(stage.run { upstream.end != nil })
        let session = try stage.realtimeClient()
        let second = try #require(stage.upstream())
        second.say(stage.acceptance(of: try #require(stage.head(at: second))))
        #expect(stage.head(at: session)?.status == 101)
        #expect(self.keyState(stage) == .closed)
        stage.expectNothingLeft(client, upstream, session, second)
    }

    @Test("streams that break open it as well")
    func brokenStreams() throws {
        let stage = try self.stage(self.brittle)
        for _ in 0..<2 {
            let (client, upstream, _) = try stage.chat(ChatScript.streamed)
            upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
            #expect(stage.run { client.text.contains("hi") })
            upstream.reset()
            #expect(stage.run { stage.service.isQuiet })
            client.cut()
        }
        #expect(self.keyState(stage) == .open)
        stage.expectNothingLeft()
    }

    @Test("refusals that are the client's doing open nothing")
    func clientsFault() throws {
        let stage = try self.stage(self.brittle)
        for _ in 0..<5 {
            let (client, upstream, _) = try stage.chat()
            upstream.say(ChatScript.answer(400, ChatScript.error("bad"), "Connection: close\r\n"))
            #expect(try #require(stage.message(at: client)).status == 400)
            client.cut()
            upstream.cut()
        }
        #expect(self.keyState(stage) == .closed)
        stage.expectNothingLeft()
    }

    @Test("of several errors the most telling one is told")
    func mostTelling() throws {
        let stage = try self.stage { plan in
            plan.upstreams = 2
            plan.settings.routing.backoff = .zero
            self.oneKey(&plan)
        }
        let (client, upstream, _) = try stage.chat()
        upstream.say(
            ChatScript.answer(
                429,
                ChatScript.error("slow"),
                "Content-Type: application/json\r\nRetry-After: 20\r\n"
            )
        )
        let second = try #require(stage.upstream(1))
        _ = try #require(stage.message(at: second))
        second.say(ChatScript.answer(401, ChatScript.error("invalid_api_key")))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 429 && answer.head["retry-after"] == "20")
        stage.expectNothingLeft(client, upstream, second)
    }
}
