// Turns (realtime reference §8): text, audio, tools, out of band, cancelled, incomplete.

import Dialects
import Foundation
import Testing

@testable import Simulator

@Suite("Realtime responses")
struct SimulatedRealtimeSessionResponseTests {
    private let tool: JSONValue = [
        "type": "function", "name": "get_weather",
        "parameters": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
    ]

    @Test("§8: a text turn in the documented order")
    func answersInText() throws {
        var client = ScriptedClient()
        client.say("hello relay")
        let events = client.respond()
        #expect(
            events.order == [
                "response.created", "response.output_item.added", "conversation.item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "conversation.item.done", "response.output_item.done", "response.done",
                "rate_limits.updated",
            ]
        )
        let text = events.joined("response.output_text.delta")
        #expect(text.contains("hello relay"))
        #expect(events.first("response.output_text.done")?["text"] == .string(text))
        let done = try #require(events.first("response.done")?["response"])
        #expect(done["status"] == "completed")
        #expect(done["output"]?.elements.first?["content"] == [["type": "output_text", "text": .string(text)]])
        #expect(done["usage"]?["output_tokens"] == .integer(TokenCount.text(text)))
        let limits = try #require(events.last?["rate_limits"]?.elements)
        #expect(limits.map { $0["name"]?.string } == ["requests", "tokens"])
        #expect(limits.first?["remaining"] == 9_999)
    }

    @Test("§8: an audio turn: transcript and audio interleaved, a second of audio or more")
    func answersInAudio() throws {
        var client = ScriptedClient()
        client.say("hello relay")
        let events = client.respond([:])
        let types = events.types.filter { $0.hasSuffix(".delta") }
        #expect(
            types.prefix(4) == [
                "response.output_audio_transcript.delta", "response.output_audio.delta",
                "response.output_audio_transcript.delta", "response.output_audio.delta",
            ]
        )
        let after = Array(events.order.drop { $0 != "response.output_audio.done" })
        #expect(
            after == [
                "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
                "conversation.item.done", "response.output_item.done", "response.done", "rate_limits.updated",
            ]
        )
        let audio = events.filter { $0["type"] == "response.output_audio.delta" }.compactMap { event in
            event["delta"]?.string.flatMap { Data(base64Encoded: $0) }
        }
        let bytes = audio.map(\.count).reduce(0, +)
        #expect(bytes > 48_000)
        #expect(audio.allSatisfy { $0.count.isMultiple(of: 2) })
        let usage = events.first("response.done")?["response"]?["usage"]?["output_token_details"]
        #expect(usage?["audio_tokens"] == .integer(TokenCount.spoken(milliseconds: bytes / 48)))
    }

    @Test("§8: a function-call turn, and the answer that uses its output")
    func callsFunctions() throws {
        var client = ScriptedClient()
        client.send(["type": "session.update", "session": ["type": "realtime", "tools": [self.tool]]])
        client.say("What is the weather in Paris?")
        let events = client.respond()
        #expect(
            events.order == [
                "response.created", "response.output_item.added", "conversation.item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "conversation.item.done", "response.output_item.done", "response.done", "rate_limits.updated",
            ]
        )
        let done = try #require(events.first("response.function_call_arguments.done"))
        #expect(done["arguments"] == #"{"city":"Paris"}"#)
        #expect(done["name"] == "get_weather")
        #expect(events.joined("response.function_call_arguments.delta") == #"{"city":"Paris"}"#)
        let output: JSONValue = [
            "type": "function_call_output", "call_id": done["call_id"] ?? .null, "output": "21 degrees",
        ]
        #expect(client.send(["type": "conversation.item.create", "item": output]).order.count == 2)
        let answer = client.respond()
        #expect(answer.joined("response.output_text.delta").contains("21 degrees"))
        let usage = answer.first("response.done")?["response"]?["usage"]?["input_token_details"]
        #expect(usage?["cached_tokens"] == usage?["cached_tokens_details"]?["text_tokens"])
    }

    @Test("tool_choice forces and forbids")
    func obeysToolChoice() {
        var client = ScriptedClient()
        client.say("hello")
        let forced = client.respond([
            "tools": [self.tool], "tool_choice": ["type": "function", "name": "get_weather"],
        ])
        #expect(forced.first("response.function_call_arguments.done") != nil)
        client.say("weather?")
        let forbidden = client.respond([
            "tools": [self.tool], "tool_choice": "none", "output_modalities": ["text"],
        ])
        #expect(forbidden.first("response.output_text.done") != nil)
    }

    @Test("§8: one response at a time in the conversation")
    func refusesSecond() {
        var client = ScriptedClient()
        #expect(client.send(["type": "response.create"]).types == ["response.created"])
        let second = client.send(["type": "response.create", "event_id": "two"])
        #expect(second.first?["error"]?["code"] == "conversation_already_has_active_response")
        #expect(second.first?["error"]?["event_id"] == "two")
        #expect(client.run().types.count { $0 == "response.done" } == 1)
        #expect(client.send(["type": "response.create"]).types == ["response.created"])
    }

    @Test("§8: out-of-band responses overlap, leave the conversation alone and bring their metadata back")
    func overlaps() throws {
        var client = ScriptedClient()
        client.say("hello")
        client.send(["type": "response.create", "response": ["output_modalities": ["text"]]])
        client.send([
            "type": "response.create",
            "response": [
                "conversation": "none", "metadata": ["topic": "x"], "output_modalities": ["text"],
                "input": [
                    [
                        "type": "message", "role": "user",
                        "content": [["type": "input_text", "text": "say exactly: aside"]],
                    ]
                ],
            ],
        ])
        let events = client.run()
        let done = events.filter { $0["type"] == "response.done" }.compactMap { $0["response"] }
        #expect(done.count == 2)
        let aside = try #require(done.first { $0["metadata"] == ["topic": "x"] })
        #expect(aside["conversation_id"] == .null)
        #expect(aside["output"]?.elements.first?["content"] == [["type": "output_text", "text": "aside"]])
        #expect(events.types.count { $0 == "conversation.item.added" } == 1)
        let ids = events.filter { $0["type"] == "response.output_text.delta" }.compactMap { $0["response_id"]?.string }
        #expect(Set(ids).count == 2)
    }

    @Test("§4: item references are seen, unknown ones refused")
    func seesReferences() throws {
        var client = ScriptedClient()
        let id = try #require(client.say("say exactly: referenced").first?["item"]?["id"])
        let events = client.respond([
            "conversation": "none", "output_modalities": ["text"],
            "input": [["type": "item_reference", "id": id]],
        ])
        #expect(events.joined("response.output_text.delta") == "referenced")
        let unknown = client.send([
            "type": "response.create", "response": ["input": [["type": "item_reference", "id": "x"]]],
        ])
        #expect(unknown.first?["error"]?["param"] == "response.input[0].id")
    }

    @Test("§8: a cancelled response ends at once, with what was said")
    func cancels() throws {
        var client = ScriptedClient()
        client.say("hello")
        let created = client.send(["type": "response.create", "response": ["output_modalities": ["text"]]])
        let id = try #require(created.first?["response"]?["id"])
        client.step()
        let said = client.step().joined("response.output_text.delta")
        let events = client.send(["type": "response.cancel", "response_id": id])
        let done = events.first("response.done")?["response"]
        #expect(done?["status"] == "cancelled")
        #expect(done?["status_details"] == ["type": "cancelled", "reason": "client_cancelled"])
        let item = done?["output"]?.elements.first
        #expect(item?["status"] == "incomplete")
        #expect(item?["content"] == [["type": "output_text", "text": .string(said)]])
        #expect(client.run().isEmpty)
    }

    @Test("A response cancelled before it spoke has no output")
    func cancelsEarly() {
        var client = ScriptedClient()
        client.send(["type": "response.create"])
        let events = client.send(["type": "response.cancel"])
        #expect(events.order == ["response.done", "rate_limits.updated"])
        #expect(events.first?["response"]?["output"] == [])
    }

    @Test("max_output_tokens cuts a response short: incomplete")
    func isIncomplete() {
        var client = ScriptedClient()
        client.say("hello")
        let events = client.respond(["output_modalities": ["text"], "max_output_tokens": 5])
        let done = events.first("response.done")?["response"]
        #expect(done?["status"] == "incomplete")
        #expect(done?["status_details"]?["reason"] == "max_output_tokens")
        #expect((done?["usage"]?["output_tokens"]?.integer ?? 99) <= 5)
    }

    @Test("Parallel responses are bounded")
    func isBounded() {
        var client = ScriptedClient()
        let aside: JSONValue = ["type": "response.create", "response": ["conversation": "none"]]
        for _ in 0..<SimulatorLimits.parallelResponses {
            #expect(client.send(aside).types == ["response.created"])
        }
        #expect(client.send(aside).first?["error"]?["code"] == "too_many_responses")
    }

    @Test("§7: what the response before had as input is cached; out-of-band ones neither use nor change that")
    func cachesInput() {
        var client = ScriptedClient()
        client.say(String(repeating: "word", count: 200))
        func cached(_ events: [JSONValue]) -> Int? {
            events.first("response.done")?["response"]?["usage"]?["input_token_details"]?["cached_tokens"]?.integer
        }
        #expect(cached(client.respond()) == 0)
        let aside: JSONValue = ["conversation": "none", "output_modalities": ["text"], "input": []]
        #expect(cached(client.respond(aside)) == 0)
        #expect((cached(client.respond()) ?? 0) >= 192)
    }

    @Test("Audio comes in the format asked for")
    func speaksG711() {
        var client = ScriptedClient()
        client.say("hello")
        let plain = client.respond([:]).joined("response.output_audio.delta").count
        client.say("hello")
        let events = client.respond(["audio": ["output": ["format": ["type": "audio/pcmu"]]]])
        #expect(events.joined("response.output_audio.delta").count < plain / 3)
        #expect(
            events.first("response.done")?["response"]?["audio"]?["output"]?["format"] == ["type": "audio/pcmu"]
        )
    }
}
