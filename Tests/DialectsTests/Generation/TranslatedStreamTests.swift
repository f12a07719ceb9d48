// Streams from one dialect to another, and within one: split anywhere they are the same stream, and what ends them is told
// once (protocol: http §5, §6).

import Testing

@testable import Dialects

@Suite struct TranslatedStreamTests {
    private static let openai =
        #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"wörld 🌍"}}]}"#
        + "\n\n"
        + #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
        + #"data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"# + "\n\n"
        + "data: [DONE]\n\n"
    private static let identity = AnswerIdentity(token: "t", created: 1, model: "talk", includesUsage: true)

    private func stream(to dialect: ChatDialect) -> TranslatedStream {
        TranslatedStream(
            from: ChatDialect.openai.streamReader(),
            to: dialect.streamWriter(Self.identity),
            requestID: "r",
            redact: { _ in "redacted" }
        )
    }

    private func run(_ stream: inout TranslatedStream, _ pieces: [[UInt8]]) throws -> String {
        var output: [UInt8] = []
        for piece in pieces { try stream.feed(piece.span, into: &output) }
        stream.finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("§8: the same bytes for every split", arguments: ChatDialect.allCases)
    func splits(dialect: ChatDialect) throws {
        let bytes = Array(Self.openai.utf8)
        var whole = self.stream(to: dialect)
        let expected = try self.run(&whole, [bytes])
        #expect(whole.sawDone && !whole.sawError && whole.usage?.completionTokens == 4)
        #expect(whole.textBytes == "wörld 🌍".utf8.count)
        for index in bytes.indices {
            var stream = self.stream(to: dialect)
            #expect(try self.run(&stream, [Array(bytes[..<index]), Array(bytes[index...])]) == expected)
        }
    }

    @Test("a provider's error ends the stream in the client's dialect, in redacted words; nothing follows")
    func failed() throws {
        let error = #"data: {"error":{"message":"key","type":"server_error","code":null}}"# + "\n\n"
        var stream = self.stream(to: .claude)
        let text = try self.run(&stream, [Array(error.utf8), Array(Self.openai.utf8)])
        #expect(text.hasPrefix("event: error\n") && text.contains("redacted") && !text.contains("key"))
        #expect(stream.sawError && stream.error?.message == "redacted")
        var more: [UInt8] = []
        stream.fail(ProviderError(message: "again"), status: 502, requestID: "r", into: &more)
        #expect(more.isEmpty)
    }

    @Test(
        "§5: a body that stops early is no end; the error that follows is the only one",
        arguments: ChatDialect.allCases
    )
    func cut(dialect: ChatDialect) throws {
        let first = Self.openai.prefix(while: { $0 != "\n" }) + "\n\n"
        var stream = self.stream(to: dialect)
        let text = try self.run(&stream, [Array(first.utf8)])
        #expect(!stream.sawDone && !stream.sawError && text.contains("wörld"))
        var output: [UInt8] = []
        stream.fail(ProviderError(message: "broke"), status: 502, requestID: "r", into: &output)
        #expect(String(decoding: output, as: UTF8.self).contains("broke"))
    }

    @Test("within one dialect bytes pass, and an error of ours goes behind a whole event", arguments: [true, false])
    func passed(isCut: Bool) throws {
        let filter = ChatDialect.openai.streamFilter(Self.identity, rewriteError: { $0 })
        var stream = PassedStream(filter, failing: ChatDialect.openai.streamWriter(Self.identity))
        let first = String(Self.openai.prefix(while: { $0 != "\n" })) + "\n\n"
        var output: [UInt8] = []
        try stream.feed(Array((first + (isCut ? "data: {\"cho" : "")).utf8).span, into: &output)
        stream.finish(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == first && !stream.sawDone)
        output = []
        stream.fail(ProviderError(message: "broke"), status: 502, requestID: "r", into: &output)
        #expect(String(decoding: output, as: UTF8.self).hasPrefix(#"data: {"error":{"message":"broke""#))
    }
}
