// protocol/http §1.4, §4.7, §5.1, §5.3, §6.

import Dialects
import Testing

@Suite struct OpenAIStreamWriterTests {
    static func identity(includesUsage: Bool = false) -> AnswerIdentity {
        AnswerIdentity(token: "t", created: 7, model: "public", includesUsage: includesUsage)
    }

    static func write(_ events: [GenerationEvent], identity: AnswerIdentity = identity()) -> [String] {
        var writer = OpenAIStreamWriter(identity: identity)
        var output: [UInt8] = []
        for event in events { writer.write(event, into: &output) }
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n\n"))
        return text.components("\n\n")
    }

    static func chunk(_ delta: String, finish: String = "null", index: Int = 0, tail: String = "") -> String {
        #"data: {"id":"chatcmpl-t","object":"chat.completion.chunk","created":7,"model":"up","choices":["#
            + #"{"index":\#(index),"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]\#(tail)}"#
    }

    static let role = chunk(#"{"role":"assistant","content":"","refusal":null}"#)
    static let started = GenerationEvent.started(id: "msg_1", model: "up")
    static let usage = GenerationEvent.usage(ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11))

    @Test("§1.4: role first, then texts, the reason, and `[DONE]`")
    func text() {
        #expect(
            Self.write([
                Self.started, .thought("hm", candidate: 0), .thoughtSignature("s", origin: .claude, candidate: 0),
                .text("", candidate: 0), .text("H\"\n\u{E9}", candidate: 0), .refusal("no", candidate: 0),
                .finished(.stop, candidate: 0), .finished(.length, candidate: 0), Self.usage, .ended,
                .text("late", candidate: 0),
            ]) == [
                Self.role, Self.chunk(#"{"reasoning_content":"hm"}"#), Self.chunk("{\"content\":\"H\\\"\\n\u{E9}\"}"),
                Self.chunk(#"{"refusal":"no"}"#), Self.chunk("{}", finish: #""stop""#), "data: [DONE]",
            ]
        )
    }

    @Test("§1.4: the usage chunk and the null members only for who asked")
    func usage() {
        let tail = #","usage":null"#
        #expect(
            Self.write(
                [Self.started, Self.usage, .finished(.stop, candidate: 0), Self.usage, .ended],
                identity: Self.identity(includesUsage: true)
            ) == [
                Self.chunk(#"{"role":"assistant","content":"","refusal":null}"#, tail: tail),
                Self.chunk("{}", finish: #""stop""#, tail: tail),
                #"data: {"id":"chatcmpl-t","object":"chat.completion.chunk","created":7,"model":"up","choices":[],"#
                    + #""usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"#
                    + #""prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"#
                    + #""completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"#
                    + #""accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}"#, "data: [DONE]",
            ]
        )
    }

    @Test("§5.1: calls; one without arguments gets `{}` before the end")
    func calls() {
        #expect(
            Self.write([
                Self.started,
                .toolCallStarted(ToolCallStart(index: 0, id: "c1", name: "f", signature: "s"), candidate: 0),
                .toolCallStarted(ToolCallStart(index: 1, id: "c2", name: "g"), candidate: 0),
                .toolCallArguments("", index: 0, candidate: 0), .toolCallArguments(#"{"a":1}"#, index: 1, candidate: 0),
                .finished(.stop, candidate: 0), .ended,
            ]) == [
                Self.role,
                Self.chunk(
                    #"{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""},"#
                        + #""extra_content":{"google":{"thought_signature":"s"}}}]}"#
                ),
                Self.chunk(
                    #"{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":""}}]}"#
                ), Self.chunk(#"{"tool_calls":[{"index":1,"function":{"arguments":"{\"a\":1}"}}]}"#),
                Self.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#),
                Self.chunk("{}", finish: #""tool_calls""#), "data: [DONE]",
            ]
        )
    }

    @Test("Each candidate says its role first")
    func candidates() {
        #expect(
            Self.write([Self.started, .text("x", candidate: 12), .finished(.contentFilter, candidate: 12)]) == [
                Self.role, Self.chunk(#"{"role":"assistant","content":"","refusal":null}"#, index: 12),
                Self.chunk(#"{"content":"x"}"#, index: 12), Self.chunk("{}", finish: #""content_filter""#, index: 12),
            ]
        )
    }

    @Test("§6: a failure is an error event, behind which nothing comes")
    func failure() {
        let error = ProviderError(message: "gone")
        #expect(
            Self.write([Self.started, .failed(error), .finished(.stop, candidate: 0), .ended]) == [
                Self.role, #"data: {"error":{"message":"gone","type":"api_error","param":null,"code":"bad_gateway"}}"#,
            ]
        )
        var writer = OpenAIStreamWriter(identity: Self.identity())
        var output: [UInt8] = []
        writer.fail(error, status: 504, requestID: "r", into: &output)
        writer.fail(error, status: 504, requestID: "r", into: &output)
        writer.write(.ended, into: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == #"data: {"error":{"message":"gone","type":"api_error","param":null,"code":"gateway_timeout"}}"#
                + "\n\n"
        )
    }

    @Test("Thoughts are not written where they are not to be seen, and an unnamed model has the client's name")
    func hidden() {
        var identity = Self.identity()
        identity.showsThoughts = false
        let chunks = Self.write([.thought("hm", candidate: 0), .ended], identity: identity)
        #expect(chunks.count == 2)
        #expect(chunks.first?.contains(#""model":"public""#) == true)
    }

    @Test("What the reader tells of a stream is told of what the writer makes of it, too")
    func roundTrip() throws {
        for includesUsage in [false, true] {
            var identity = Self.identity(includesUsage: includesUsage)
            identity.model = "m"
            var writer = OpenAIStreamWriter(identity: identity)
            var output: [UInt8] = []
            for event in OpenAIStreamReaderTests.told { writer.write(event, into: &output) }
            let expected = OpenAIStreamReaderTests.told.filter { event in
                if case .usage = event { includesUsage } else { true }
            }
            let events = try OpenAIStreamReaderTests.events(output)
            #expect(events.dropFirst() == expected.dropFirst())
        }
    }
}

extension String {
    /// The parts between occurrences of a text, the empty one at the end left out.
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? parts : parts + [String(rest)]
    }
}
