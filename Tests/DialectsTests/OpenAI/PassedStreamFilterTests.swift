// Streams of responses, transcriptions and images: events that name their type, no `[DONE]`.

import Dialects
import Testing

@Suite struct PassedStreamFilterTests {
    static func event(_ type: String, _ members: String = "", end: String = "\n") -> String {
        let more = members.isEmpty ? "" : "," + members
        return "event: \(type)\(end)data: {\"type\":\"\(type)\"\(more)}\(end)\(end)"
    }

    static func filter(
        _ text: String,
        size: Int? = nil,
        rewrite: (@Sendable (String) -> String)? = nil
    ) throws -> (filter: PassedStreamFilter, output: String, endedBetweenEvents: Bool) {
        var filter = PassedStreamFilter(rewriteError: rewrite)
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        for piece in pieces(bytes, size: size ?? bytes.count) { try filter.feed(piece.span, into: &output) }
        let ended = filter.finish(into: &output)
        return (filter, String(decoding: output, as: UTF8.self), ended)
    }

    @Test("Every byte passes whatever the cuts, and the end tells what it cost", arguments: ["\n", "\r\n"])
    func passes(end: String) throws {
        let text =
            Self.event("response.created", #""response":{"usage":null}"#, end: end)
            + Self.event("response.output_text.delta", #""delta":"Hel""#, end: end)
            + Self.event("response.output_text.delta", #""delta":"lo""#, end: end)
            + Self.event("response.completed", #""response":\#(PassedAnswerScannerTests.response)"#, end: end)
        for size in 1...text.utf8.count {
            let result = try Self.filter(text, size: size)
            #expect(result.output == text)
            #expect(result.endedBetweenEvents)
            #expect(result.filter.usage == PassedAnswerScannerTests.responseUsage)
            #expect(result.filter.textBytes == 5)
            #expect(result.filter.sawDone)
            #expect(!result.filter.sawError)
            #expect(result.filter.isBetweenEvents)
        }
    }

    @Test(
        "What ends an answer",
        arguments: [
            "response.completed", "response.incomplete", "response.failed", "transcript.text.done", "speech.audio.done",
            "image_generation.completed",
        ]
    )
    func ends(type: String) throws {
        let result = try Self.filter(Self.event(type, #""usage":{"input_tokens":3,"output_tokens":1}"#))
        #expect(result.filter.sawDone)
        #expect(result.filter.sawError == (type == "response.failed"))
        #expect(result.filter.usage == ChatUsage(promptTokens: 3, completionTokens: 1, totalTokens: 4))
        #expect(result.filter.forwardedEvents == 1)
    }

    @Test("A stream without its end, and one that was cut")
    func unfinished() throws {
        let delta = Self.event("response.output_text.delta", #""delta":"x""#)
        #expect(!(try Self.filter(delta).filter.sawDone))
        let cut = try Self.filter(delta + "data: {\"type\":\"resp")
        #expect(cut.output == delta)
        #expect(!cut.endedBetweenEvents)
        #expect(cut.filter.isBetweenEvents)
        let last = String(Self.event("response.completed").dropLast(2))
        #expect(try Self.filter(delta + last).output == delta + last + "\n\n")
        #expect(try Self.filter(delta + last).filter.sawDone)
    }

    @Test("Errors are rewritten", arguments: ["error", "response.failed"])
    func errors(type: String) throws {
        let event = Self.event(type, #""message":"key sk-1""#)
        let result = try Self.filter(event) { _ in "data: {}\n\n" }
        #expect(result.filter.sawError)
        #expect(result.output == "data: {}\n\n")
        #expect(try Self.filter("data: {\"error\":{\"message\":\"x\"}}\n\n").filter.sawError)
        #expect(try Self.filter(event).output == event)
    }

    @Test("A long event flows before it is complete")
    func longEvents() throws {
        var filter = PassedStreamFilter()
        var output: [UInt8] = []
        let long =
            "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"" + String(repeating: "A", count: 20_000)
        try filter.feed(Array(long.utf8).span, into: &output)
        #expect(output.count == long.utf8.count)
        #expect(!filter.isBetweenEvents)
        try filter.feed(Array("\"}\n\n".utf8).span, into: &output)
        #expect(filter.isBetweenEvents)
        #expect(String(decoding: output, as: UTF8.self) == long + "\"}\n\n")
    }
}
