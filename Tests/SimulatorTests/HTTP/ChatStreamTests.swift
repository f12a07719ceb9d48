// Streams: role, words, finish, usage only when asked for, [DONE]; the same answer as in one body.

import Dialects
import Testing

@testable import Simulator

@Suite("Chat streams")
struct ChatStreamTests {
    private func answer(_ model: String, _ text: String, _ more: String = "") -> SimulatedHTTPAnswer {
        let body = #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
        return ChatScript.answer(Array(body.utf8), identifiers: IdentifierSequence(seed: 3), unixTime: 5)
    }

    /// The data lines of a stream, parsed; `[DONE]` as a string.
    private func events(_ answer: SimulatedHTTPAnswer) throws -> [JSONValue] {
        let text = String(decoding: answer.pieces.flatMap(\.bytes), as: UTF8.self)
        return try text.split(separator: "\n\n").map { line in
            #expect(line.hasPrefix("data: "))
            let data = line.dropFirst(6)
            return data == "[DONE]" ? "[DONE]" : try JSONParser.parse(Array(data.utf8))
        }
    }

    @Test("The words of a stream are the words of the plain answer")
    func streamsText() throws {
        let answer = self.answer("sim-chat", "hello relay", #","stream":true"#)
        #expect(answer.bodyLength == nil)
        #expect(answer.headers.contains(SimulatedHeader("content-type", "text/event-stream; charset=utf-8")))
        let events = try self.events(answer)
        #expect(events.last == "[DONE]")
        let chunks = events.dropLast()
        #expect(chunks.allSatisfy { $0["object"] == "chat.completion.chunk" && $0["usage"] == nil })
        #expect(Set(chunks.compactMap { $0["id"]?.string }).count == 1)
        let deltas = chunks.compactMap { $0["choices"]?.elements.first?["delta"] }
        #expect(deltas.first?["role"] == "assistant")
        let plain = try JSONParser.parse(self.answer("sim-chat", "hello relay").pieces.flatMap(\.bytes))
        let words = deltas.compactMap { $0["content"]?.string }.joined()
        #expect(words == plain["choices"]?.elements.first?["message"]?["content"]?.string)
        #expect(chunks.last?["choices"]?.elements.first?["finish_reason"] == "stop")
    }

    @Test("Pieces are paced: first the thinking, then word by word")
    func isPaced() {
        let pieces = self.answer("sim-chat", "hello", #","stream":true"#).pieces
        #expect(pieces.first?.after == .nanoseconds(Pace.usual.thinking))
        #expect(pieces.dropFirst().dropLast().allSatisfy { $0.after == .nanoseconds(Pace.usual.perPiece) })
    }

    @Test("include_usage: null in each chunk, totals in one more without choices")
    func tellsUsage() throws {
        let events = try self.events(
            self.answer("sim-chat", "hello", #","stream":true,"stream_options":{"include_usage":true}"#)
        )
        let usage = try #require(events.dropLast().last)
        #expect(usage["choices"] == [])
        #expect(usage["usage"]?["total_tokens"]?.integer ?? 0 > 0)
        #expect(events.dropLast(2).allSatisfy { $0["usage"] == .null })
    }

    @Test("Arguments of calls come in fragments under their index")
    func streamsCalls() throws {
        let events = try self.events(
            self.answer("sim-chat", "weather in Paris", #","stream":true,\#(ChatScriptTests.tools)"#)
        )
        let parts = events.compactMap { $0["choices"]?.elements.first?["delta"]?["tool_calls"]?.elements.first }
        #expect(parts.first?["function"]?["name"] == "get_weather")
        #expect(parts.dropFirst().allSatisfy { $0["id"] == nil && $0["index"] == 0 })
        let arguments = parts.compactMap { $0["function"]?["arguments"]?.string }.joined()
        #expect(arguments == #"{"city":"Paris"}"#)
        #expect(events.dropLast().last?["choices"]?.elements.first?["finish_reason"] == "tool_calls")
    }

    @Test(
        "Faults strike half-way",
        arguments: [
            ("sim-stall-mid-turn", SimulatedHTTPAnswer.End.stall), ("sim-drop-mid-turn", .cut),
            ("sim-close-4000", .cut),
        ]
    )
    func breaks(_ model: String, _ end: SimulatedHTTPAnswer.End) throws {
        let answer = self.answer(model, "hello", #","stream":true"#)
        #expect(answer.end == end)
        let events = try self.events(answer)
        #expect(events.count > 2)
        #expect(events.last != "[DONE]")
    }

    @Test("A failing turn ends in an error event, garbage in what is no JSON")
    func fails() throws {
        let events = try self.events(self.answer("sim-fail-turn", "hello", #","stream":true"#))
        #expect(events.last?["error"]?["type"] == "server_error")
        #expect(throws: JSONSyntaxError.self) {
            _ = try self.events(self.answer("sim-garbage", "hello", #","stream":true"#))
        }
    }
}
