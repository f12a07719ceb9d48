// What a response will say, and what it takes in.

import Dialects
import Testing

@testable import Simulator

@Suite("Response plans")
struct ResponsePlanTests {
    private let session = SessionSettings(
        opening: RealtimeOpening(model: "sim-realtime"),
        id: "sess_1",
        expiresAt: 0
    ).json

    private func request(_ overrides: JSONValue = [:]) throws -> ResponseRequest {
        try ResponseRequest(overrides: overrides, session: self.session)
    }

    private func user(_ text: String, id: String = "u") throws -> ConversationItem {
        let json: JSONValue = [
            "type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]],
        ]
        return try ConversationItem(client: json, id: id, path: "item")
    }

    private func text(of plan: [PlannedItem]) -> String {
        plan.flatMap(\.pieces).joined()
    }

    @Test("The last words of the user are answered, not those before an answer")
    func answersLast() throws {
        let assistant = try ConversationItem(
            client: [
                "type": "message", "role": "assistant", "content": [["type": "output_text", "text": "said already"]],
            ],
            id: "a",
            path: "item"
        )
        let items = [try self.user("first", id: "1"), assistant, try self.user("second", id: "2")]
        let plan = ResponsePlan.items(for: try self.request(), seeing: items, turn: 0, fault: nil)
        #expect(self.text(of: plan).contains("second"))
        #expect(!self.text(of: plan).contains("first"))
        let answered = [try self.user("first", id: "1"), assistant]
        let nothingNew = ResponsePlan.items(for: try self.request(), seeing: answered, turn: 0, fault: nil)
        #expect(self.text(of: nothingNew).hasPrefix("Hello!"))
    }

    @Test("A mentioned tool is called with arguments in fragments; its output is told")
    func callsTools() throws {
        let request = try self.request([
            "tools": [
                [
                    "type": "function", "name": "get_weather",
                    "parameters": ["type": "object", "properties": ["city": ["type": "string"]]],
                ]
            ]
        ])
        var items = [try self.user("weather in Oslo")]
        let plan = ResponsePlan.items(for: request, seeing: items, turn: 0, fault: nil)
        #expect(plan.count == 1)
        #expect(plan.first?.isMessage == false)
        #expect(self.text(of: plan) == #"{"city":"Oslo"}"#)
        #expect((plan.first?.pieces.count ?? 0) > 1)
        items.append(
            try ConversationItem(
                client: ["type": "function_call", "name": "get_weather", "call_id": "c", "arguments": "{}"],
                id: "f",
                path: "item"
            )
        )
        items.append(
            try ConversationItem(
                client: ["type": "function_call_output", "call_id": "c", "output": "rain"],
                id: "o",
                path: "item"
            )
        )
        let told = ResponsePlan.items(for: request, seeing: items, turn: 1, fault: nil)
        #expect(told.first?.isMessage == true)
        #expect(self.text(of: told).contains("rain"))
    }

    @Test("sim-large has one piece above 1 MiB")
    func growsLarge() throws {
        let plan = ResponsePlan.items(for: try self.request(), seeing: [], turn: 0, fault: .large)
        #expect(plan.first?.pieces.contains { $0.utf8.count > 1_048_576 } == true)
    }

    @Test("Input is counted by kind, and what the response before had is cached in blocks of 64")
    func countsInput() throws {
        let items = [try self.user(String(repeating: "word", count: 100))]
        let first = InputTokens(request: try self.request(), items: items, previous: nil)
        #expect(first.cachedText == 0)
        let instructions = TokenCount.text(self.session["instructions"]?.string ?? "")
        #expect(first.text == instructions + 100)
        let more = items + [try self.user("abcd", id: "2")]
        let second = InputTokens(request: try self.request(), items: more, previous: first)
        #expect(second.text == first.text + 1)
        #expect(second.cachedText == first.text / 64 * 64)
        #expect(second.cachedText > 0)
        #expect(second.total == second.text)
    }
}
