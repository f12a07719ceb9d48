// protocol/http §1.4.

import Testing

@testable import Dialects

@Suite struct ChatChunkTests {
    static func chunk(_ text: String) -> ChatChunk? {
        let bytes = Array(text.utf8)
        return ChatChunk(bytes.span, 0..<bytes.count)
    }

    @Test(
        "The extra chunk has usage and an empty list of choices, both",
        arguments: [
            (#"{"choices":[],"usage":{"prompt_tokens":1}}"#, true), (#"{"usage":{},"choices":[ ]}"#, true),
            (#"{"choices":[],"usage":null}"#, false),
            (#"{"choices":[{"index":0}],"usage":{"prompt_tokens":1}}"#, false),
            (#"{"usage":{"prompt_tokens":1}}"#, false), (#"{"choices":[],"prompt_filter_results":[]}"#, false),
            (#"{"choices":[],"usage":{},"error":{"message":"x"}}"#, false), (#"{"choices":null,"usage":{}}"#, false),
        ]
    )
    func recognisesTheUsageChunk(text: String, expected: Bool) throws {
        #expect(try #require(Self.chunk(text)).isUsageChunk == expected)
    }

    @Test(
        "An error is one that a client would raise: anything but null and false",
        arguments: [
            (#"{"error":{"message":"x"}}"#, true), (#"{"error":"x"}"#, true), (#"{"error":null}"#, false),
            (#"{"error":false}"#, false), (#"{"choices":[{"error":1}]}"#, false),
        ]
    )
    func recognisesErrors(text: String, expected: Bool) throws {
        #expect(try #require(Self.chunk(text)).hasError == expected)
    }

    @Test(arguments: ["", "[DONE]", "{", #"{"choices":[}"#, "{} x"])
    func refusesWhatIsNoObject(text: String) {
        #expect(Self.chunk(text) == nil)
    }
}
