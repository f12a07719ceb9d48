// Answers taken whole: a body, events, or Gemini's array, within a bound (protocol: http §3.4, §8).

import Testing

@testable import Dialects

@Suite struct AnswerGathererTests {
    private static let chunk =
        #"{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"finishReason":"STOP","index":0}],"#
        + #""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}"#

    private func gather(_ text: String, isEventStream: Bool, limit: Int = 10_000) throws -> GenerationResponse {
        var gatherer = AnswerGatherer(.gemini, isEventStream: isEventStream, limitBytes: limit)
        let bytes = Array(text.utf8)
        for byte in bytes { try gatherer.feed([byte].span) }
        let response = try gatherer.finish()
        #expect(gatherer.usage?.completionTokens == 4 && gatherer.textBytes == 2)
        return response
    }

    @Test("the same answer, however it comes")
    func ways() throws {
        let whole = try self.gather(Self.chunk, isEventStream: false)
        #expect(whole.candidates.map(\.parts) == [[.text("hi")]])
        #expect(try self.gather("data: \(Self.chunk)\r\n\r\n", isEventStream: true).candidates == whole.candidates)
        #expect(try self.gather(" [\(Self.chunk)]", isEventStream: false).candidates == whole.candidates)
    }

    @Test("an error with status 200, and nonsense, are thrown")
    func errors() {
        for text in [#"{"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}"#, "<html>", "", "[", "[1]"] {
            #expect(throws: ProviderError.self) { try self.gather(text, isEventStream: false) }
        }
    }

    @Test("what is longer than the bound is not taken", arguments: [true, false])
    func bound(isEventStream: Bool) throws {
        var gatherer = AnswerGatherer(.gemini, isEventStream: isEventStream, limitBytes: 3)
        try gatherer.feed([0x20, 0x20].span)
        #expect(throws: GatheringViolation.tooLarge) { try gatherer.feed([0x20, 0x20].span) }
    }
}
