// Whole answers out of events, and events out of whole answers (protocol: http §8).

import Testing

@testable import Dialects

@Suite struct GenerationCollectorTests {
    private static let arguments: JSONValue = ["city": "Paris"]
    private static let response = GenerationResponse(
        id: "a",
        model: "m",
        candidates: [
            GenerationCandidate(
                parts: [
                    .thought(Thought(text: "why", signature: "s", origin: .claude)), .text("one two"),
                    .toolCall(ToolCall(id: "c0", name: "f", arguments: arguments)),
                    .toolCall(ToolCall(id: "c1", name: "g", arguments: .object([]), signature: "t")), .text("three"),
                ],
                finish: .toolCalls
            )
        ],
        usage: ChatUsage(promptTokens: 3, completionTokens: 4, totalTokens: 7)
    )

    private func collect(_ events: [GenerationEvent]) throws(ProviderError) -> GenerationResponse {
        var collector = GenerationCollector()
        for event in events { collector.take(event) }
        return try collector.response()
    }

    @Test("an answer told as events is the same answer")
    func roundTrip() throws {
        #expect(try self.collect(Self.response.events) == Self.response)
        #expect(Self.response.textBytes == "why".utf8.count + 7 + 1 + #"{"city":"Paris"}"#.utf8.count + 1 + 2 + 5)
    }

    @Test("texts join until something else follows; arguments of several calls may interleave")
    func interleaved() throws {
        let response = try self.collect([
            .started(id: "a", model: nil), .text("on", candidate: 0), .text("e", candidate: 0),
            .toolCallStarted(ToolCallStart(index: 0, id: "x", name: "f"), candidate: 0),
            .toolCallStarted(ToolCallStart(index: 1, id: "y", name: "g"), candidate: 0),
            .toolCallArguments("{\"a\"", index: 1, candidate: 0), .toolCallArguments("{\"b\":", index: 0, candidate: 0),
            .toolCallArguments(":1}", index: 1, candidate: 0), .toolCallArguments("2}", index: 0, candidate: 0),
            .finished(.toolCalls, candidate: 0), .ended,
        ])
        #expect(
            response.candidates[0].parts == [
                .text("one"), .toolCall(ToolCall(id: "x", name: "f", arguments: ["b": 2])),
                .toolCall(ToolCall(id: "y", name: "g", arguments: ["a": 1])),
            ]
        )
    }

    @Test("candidates come in the order of their indices")
    func candidates() throws {
        let events: [GenerationEvent] = [.text("b", candidate: 1), .text("a", candidate: 0), .ended]
        #expect(try self.collect(events).candidates.map(\.parts) == [[.text("a")], [.text("b")]])
    }

    @Test("an error, a stream that was cut, and arguments that are none are no answer")
    func failures() {
        let told = ProviderError(status: 503, message: "no")
        #expect(throws: told) { try self.collect([.text("a", candidate: 0), .failed(told), .ended]) }
        let call: [GenerationEvent] = [
            .toolCallStarted(ToolCallStart(index: 0, id: "x", name: "f"), candidate: 0),
            .toolCallArguments("[1]", index: 0, candidate: 0), .ended,
        ]
        for events in [[], [.text("a", candidate: 0)], [.ended], call] {
            #expect(throws: ProviderError.self) { try self.collect(events) }
        }
    }
}
