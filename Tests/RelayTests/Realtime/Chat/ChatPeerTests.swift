// A chat model in an upstream's place: what is asked of it goes out over HTTP, and what it answers comes back as events of a
// realtime session (protocol: realtime §8), metered as any other.

import Dialects
import EventLoop
import SessionCore
import TestSupport
import Testing

@testable import Relay

@Suite("ChatPeer", .ownThread)
struct ChatPeerTests {
    private static let question =
        #"{"type":"conversation.item.create","item":{"type":"message","role":"user","#
        + #""content":[{"type":"input_text","text":"Hello"}]}}"#
    private static let ask = #"{"type":"response.create","event_id":"mine"}"#

    private func stage(_ adjust: (inout RelayPlan) -> Void = { _ in }) throws -> RelayStage {
        try RelayStage { plan in
            plan.describeModel = { $0.capabilities = ["chat"] }
            adjust(&plan)
        }
    }

    /// A client that was told `session.created`, with nobody dialled.
    private func open(_ stage: RelayStage, _ query: String = "?model=talk") throws -> ScriptedPeer {
        let client = try stage.realtimeClient(query)
        #expect(try #require(stage.head(at: client)).status == 101)
        #expect(try self.event(stage, client)["type"]?.string == "session.created")
        #expect(stage.dials == 0)
        return client
    }

    private func event(_ stage: RelayStage, _ client: ScriptedPeer) throws -> JSONValue {
        try JSONParser.parse(try #require(stage.wholeMessage(at: client)).payload)
    }

    /// All events up to one of a type.
    private func events(_ stage: RelayStage, _ client: ScriptedPeer, until type: String) throws -> [JSONValue] {
        var events: [JSONValue] = []
        repeat { events.append(try self.event(stage, client)) } while events.last?["type"]?.string != type
        return events
    }

    private func say(_ events: String..., by client: ScriptedPeer) {
        for event in events { client.say(WireFrame.text(event).masked) }
    }

    /// A client that has asked, and the upstream that has heard it.
    private func asked(_ stage: RelayStage) throws -> (client: ScriptedPeer, upstream: ScriptedPeer) {
        let client = try self.open(stage)
        self.say(Self.question, Self.ask, by: client)
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.message(at: upstream))
        return (client, upstream)
    }

    /// The same, when the client has heard the answer's first piece.
    private func answering(_ stage: RelayStage) throws -> (client: ScriptedPeer, upstream: ScriptedPeer) {
        let (client, upstream) = try self.asked(stage)
        self.answer(upstream, ChatScript.delta)
        _ = try self.events(stage, client, until: "response.output_text.delta")
        return (client, upstream)
    }

    private func answer(_ upstream: ScriptedPeer, _ pieces: String...) {
        upstream.say(ChatScript.streamHead + pieces.map(ChatScript.chunk).joined())
    }

    @Test("§8: a text turn, asked with the whole conversation, told in order, written down once")
    func turn() throws {
        let stage = try self.stage()
        let client = try self.open(stage)
        self.say(Self.question, Self.ask, by: client)
        let upstream = try #require(stage.upstream())
        let request = try #require(stage.message(at: upstream))
        let body = try JSONParser.parse(Array(request.text.utf8))
        #expect(body["model"]?.string == "real-0")
        #expect(body["stream"]?.bool == true)
        #expect(body["messages"]?.elements.last?["content"]?.string == "Hello")
        self.answer(upstream, ChatScript.delta, ChatScript.delta)
        upstream.say(ChatScript.chunk(ChatScript.stop) + ChatScript.chunk(ChatScript.usage))
        upstream.say(ChatScript.chunk(ChatScript.done) + ChatScript.lastChunk)
        let events = try self.events(stage, client, until: "response.done")
        let types = events.compactMap { $0["type"]?.string }
        #expect(
            types == [
                "conversation.item.added", "conversation.item.done", "response.created", "response.output_item.added",
                "conversation.item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "conversation.item.done", "response.output_item.done", "response.done",
            ]
        )
        let response = try #require(events.last?["response"])
        #expect(response["status"]?.string == "completed")
        #expect(response["usage"]?["input_tokens"]?.integer == 3)
        #expect(response["usage"]?["output_tokens"]?.integer == 4)
        #expect(try self.event(stage, client)["type"]?.string == "rate_limits.updated")
        let row = try #require(stage.ledger.rows.first)
        #expect(stage.ledger.rows.count == 1)
        #expect(row.kind == .turn && row.status == .completed && !row.isEstimated)
        #expect(row.turnID == response["id"]?.string)
        #expect((row.upstream, row.upstreamModel) == ("up0", "real-0"))
        #expect((row.tokens.input, row.tokens.output) == (3, 4))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a provider that refuses is followed by the next, whose name is in the row")
    func failover() throws {
        let stage = try self.stage { $0.upstreams = 2 }
        let client = try self.open(stage)
        self.say(Self.question, Self.ask, by: client)
        let first = try #require(stage.upstream(0))
        _ = try #require(stage.message(at: first))
        first.say(ChatScript.answer(503, ChatScript.error("overloaded")))
        let second = try #require(stage.upstream(1))
        _ = try #require(stage.message(at: second))
        self.answer(second, ChatScript.delta, ChatScript.stop, ChatScript.done)
        second.say(ChatScript.lastChunk)
        let done = try #require(self.events(stage, client, until: "response.done").last)
        #expect(done["response"]?["status"]?.string == "completed")
        let row = try #require(stage.ledger.rows.first)
        #expect((row.upstream, row.upstreamModel, row.isEstimated) == ("up1", "real-1", true))
        stage.expectNothingLeft(client, first, second)
    }

    @Test("nobody answers: the response fails with the reason, and the session goes on")
    func failure() throws {
        let stage = try self.stage()
        let (client, upstream) = try self.asked(stage)
        upstream.say(ChatScript.answer(400, ChatScript.error("context_length_exceeded", "too long")))
        let done = try #require(self.events(stage, client, until: "response.done").last?["response"])
        #expect(done["status"]?.string == "failed")
        #expect(done["status_details"]?["error"]?["code"]?.string == "context_length_exceeded")
        self.say(#"{"type":"session.update","session":{"type":"realtime","instructions":"Hi"}}"#, by: client)
        _ = try self.events(stage, client, until: "session.updated")
        #expect(stage.ledger.rows.first?.status == .failed)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that breaks off in the middle fails the response, and what it said is estimated")
    func broken() throws {
        let stage = try self.stage()
        let (client, upstream) = try self.answering(stage)
        upstream.cut()
        let done = try #require(self.events(stage, client, until: "response.done").last)
        #expect(done["response"]?["status"]?.string == "failed")
        let row = try #require(stage.ledger.rows.first)
        #expect(row.status == .failed && row.isEstimated && row.tokens.output > 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("response.cancel lets the upstream go at once")
    func cancel() throws {
        let stage = try self.stage()
        let (client, upstream) = try self.answering(stage)
        self.say(#"{"type":"response.cancel"}"#, by: client)
        let done = try #require(self.events(stage, client, until: "response.done").last)
        #expect(done["response"]?["status"]?.string == "cancelled")
        #expect(stage.run { upstream.end != nil })
        #expect(stage.ledger.rows.first?.status == .cancelled)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that goes takes its upstream along, and leaves one row")
    func clientGone() throws {
        let stage = try self.stage()
        let (client, upstream) = try self.answering(stage)
        client.cut()
        #expect(stage.run { upstream.end != nil && stage.service.sessionCount == 0 })
        #expect(stage.ledger.rows.map(\.status) == [.clientGone])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a response over the rate is refused by an error with the client's event_id, and nobody is asked")
    func rate() throws {
        let stage = try self.stage { $0.describeKey = { $0.rpm = 1 } }
        let client = try self.open(stage)
        self.say(Self.ask.replacing("mine", with: "first"), by: client)
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.message(at: upstream))
        self.answer(upstream, ChatScript.stop, ChatScript.done)
        upstream.say(ChatScript.lastChunk)
        _ = try self.events(stage, client, until: "response.done")
        self.say(Self.ask, by: client)
        let error = try #require(try self.events(stage, client, until: "error").last?["error"])
        #expect(error["code"]?.string == "rate_limit_exceeded")
        #expect(error["event_id"]?.string == "mine")
        #expect(stage.dials == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§11: a beta client is served in its own shape")
    func beta() throws {
        let stage = try self.stage()
        let client = try stage.realtimeClient("?model=talk", stage.bearer + "OpenAI-Beta: realtime=v1\r\n")
        #expect(try #require(stage.head(at: client)).status == 101)
        let created = try self.event(stage, client)
        #expect(created["session"]?["modalities"]?.elements.first?.string == "text")
        self.say(Self.question, Self.ask, by: client)
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.message(at: upstream))
        self.answer(upstream, ChatScript.delta, ChatScript.stop, ChatScript.done)
        upstream.say(ChatScript.lastChunk)
        let types = try self.events(stage, client, until: "response.done").compactMap { $0["type"]?.string }
        #expect(types.contains("conversation.item.created"))
        #expect(types.contains("response.text.delta"))
        stage.expectNothingLeft(client, upstream)
    }
}
