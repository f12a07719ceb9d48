// protocol/http §3.3, §3.4: the members of a response in any order, and what is wrong with one. What the parts mean is
// tested with GeminiResponseReader and GeminiStreamReader.

import Testing

@testable import Dialects

@Suite struct GeminiChunkTests {
    private func chunk(_ text: String) throws -> GeminiChunk {
        let bytes = Array(text.utf8)
        return try GeminiChunk(bytes.span, 0..<bytes.count)
    }

    @Test("Members in any order, names with escapes, unknown ones passed over")
    func readsInAnyOrder() throws {
        let chunk = try self.chunk(
            #"""
            {"new":[{"candidates":1}],"responseId":"r","cand\u0069dates":[{"index":2,"finishReason":"FINISH_REASON_UNSPECIFIED",
              "content":{"role":"model","parts":[{"thoughtSignature":"s","thought":true,"text":"t"},
              {"functionCall":{"args":{ "a": 1 },"name":"f"},"thoughtSignature":"s"},7,{}]}},5],
             "promptFeedback":{"x":1,"blockReason":"OTHER"},"error":null,"usageMetadata":{"promptTokenCount":1},"modelVersion":"v"}
            """#
        )
        #expect(chunk.responseID == "r")
        #expect(chunk.model == "v")
        #expect(chunk.blockReason == "OTHER")
        #expect(chunk.usage?.promptTokens == 1)
        #expect(!chunk.hasError)
        var first = GeminiChunk.Candidate()
        first.index = 2
        first.parts = [
            .thought("t", signature: "s"), .call(id: nil, name: "f", arguments: #"{ "a": 1 }"#, signature: "s"),
        ]
        #expect(chunk.candidates == [first, GeminiChunk.Candidate()])
    }

    @Test(
        "What is no chunk",
        arguments: ["", "[]", "{", "{}}", #"{"a":}"#, #"{"candidates":[{"content":{"parts":[{]}}]}"#]
    )
    func refuses(text: String) {
        #expect(throws: JSONViolation.self) { try self.chunk(text) }
    }

    @Test func boundsCandidates() throws {
        let many = Array(repeating: "{}", count: 65).joined(separator: ",")
        #expect(throws: JSONViolation.tooManyMembers) { try self.chunk(#"{"candidates":[\#(many)]}"#) }
    }
}
