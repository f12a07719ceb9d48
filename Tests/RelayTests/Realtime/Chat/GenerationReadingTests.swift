// A chat model's stream read for its events: until the first content a failure is a refusal, and no end is invented for a
// body that stopped early (protocol: http §5, §6).

import Dialects
import Testing

@testable import Relay

@Suite("GenerationReading")
struct GenerationReadingTests {
    private static let text = #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"}}]}"# + "\n\n"
    private static let stop = #"data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    private static let failure = #"data: {"error":{"message":"no","type":"server_error"}}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"

    private func steps(_ stream: String, piece: Int) -> [GenerationReading.Step] {
        var reading = GenerationReading(.openai)
        let bytes = Array(stream.utf8)
        var steps = stride(from: 0, to: bytes.count, by: piece).map { start in
            reading.feed(Array(bytes[start..<min(start + piece, bytes.count)]).span)
        }
        steps.append(reading.finish())
        return steps
    }

    @Test("a whole stream tells its text once and its end once, however it is cut", arguments: [1, 7, 10_000])
    func whole(piece: Int) {
        let steps = self.steps(Self.text + Self.stop + Self.done, piece: piece)
        let events = steps.flatMap(\.events)
        #expect(events.contains(.text("Hi", candidate: 0)))
        #expect(events.last == .ended)
        let ends = steps.compactMap(\.end)
        #expect(ends.contains { if case .whole = $0 { true } else { false } })
    }

    @Test("a failure before any content is a refusal, and nothing is told")
    func refusal() {
        let steps = self.steps(Self.failure, piece: 5)
        #expect(steps.flatMap(\.events).isEmpty)
        #expect(steps.compactMap(\.refusal).first?.message == "no")
    }

    @Test("a failure behind content is told as the last event")
    func failureLater() {
        let steps = self.steps(Self.text + Self.failure, piece: 1)
        #expect(steps.allSatisfy { $0.refusal == nil })
        guard case .failed(let error)? = steps.flatMap(\.events).last else {
            Issue.record("no failure was told")
            return
        }
        #expect(error.message == "no")
    }

    @Test("a body that stops early is broken", arguments: [true, false])
    func truncated(hasContent: Bool) {
        let last = self.steps(hasContent ? Self.text : "", piece: 3).last
        guard case .broken? = last?.end else {
            Issue.record("an end was invented")
            return
        }
    }
}
