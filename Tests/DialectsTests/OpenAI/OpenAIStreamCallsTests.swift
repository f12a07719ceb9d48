// protocol/http §1.4, §8: tool calls in fragments, as OpenAI and its compatibles send them.

import Dialects
import Testing

@Suite struct OpenAIStreamCallsTests {
    static func events(_ fragments: [String]) throws -> [GenerationEvent] {
        let chunks = fragments.map { OpenAIStreamReaderTests.chunk(#"{"tool_calls":[\#($0)]}"#) }
        let events = try OpenAIStreamReaderTests.events(OpenAIStreamReaderTests.stream(chunks), finish: false)
        return Array(events.dropFirst())
    }

    static func start(_ index: Int, _ id: String, _ name: String, signature: String? = nil) -> GenerationEvent {
        .toolCallStarted(ToolCallStart(index: index, id: id, name: name, signature: signature), candidate: 0)
    }

    static func arguments(_ text: String, _ index: Int) -> GenerationEvent {
        .toolCallArguments(text, index: index, candidate: 0)
    }

    @Test("Fragments of parallel calls interleave")
    func interleaved() throws {
        #expect(
            try Self.events([
                #"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#,
                #"{"index":1,"id":"b","function":{"name":"g","arguments":"1"}}"#,
                #"{"index":0,"function":{"arguments":"2"}},{"index":1,"function":{"arguments":"3"}}"#,
            ]) == [
                Self.start(0, "a", "f"), Self.start(1, "b", "g"), Self.arguments("1", 1), Self.arguments("2", 0),
                Self.arguments("3", 1),
            ]
        )
    }

    @Test("Id and name in every fragment")
    func repeated() throws {
        #expect(
            try Self.events([
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}"#,
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"2"}}"#,
            ]) == [Self.start(0, "a", "f"), Self.arguments("1", 0), Self.arguments("2", 0)]
        )
    }

    @Test("Without an index: by id, else by order")
    func withoutIndex() throws {
        #expect(
            try Self.events([
                #"{"id":"a","function":{"name":"f","arguments":"1"}}"#,
                #"{"id":"b","function":{"name":"g","arguments":"2"}}"#,
                #"{"function":{"arguments":"3"}}"#, #"{"id":"a","function":{"arguments":"4"}}"#,
            ]) == [
                Self.start(0, "a", "f"), Self.arguments("1", 0), Self.start(1, "b", "g"), Self.arguments("2", 1),
                Self.arguments("3", 1), Self.arguments("4", 0),
            ]
        )
    }

    @Test("Without index and id each name starts a call, and ids are made up")
    func withoutIndexAndID() throws {
        #expect(
            try Self.events([
                #"{"function":{"name":"f","arguments":{"x":1}}},{"function":{"name":"f"}}"#,
                #"{"function":{"arguments":"{}"}}"#,
            ]) == [
                Self.start(0, OpenAIResponseReaderTests.madeUp(0, answer: "chatcmpl-1"), "f"),
                Self.arguments(#"{"x":1}"#, 0),
                Self.start(1, OpenAIResponseReaderTests.madeUp(1, answer: "chatcmpl-1"), "f"), Self.arguments("{}", 1),
            ]
        )
    }

    @Test("Whole calls that all say index 0 are calls of their own")
    func sameIndex() throws {
        #expect(
            try Self.events([
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#,
                #"{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
            ]) == [Self.start(0, "a", "f"), Self.arguments("{}", 0), Self.start(1, "b", "g"), Self.arguments("{}", 1)]
        )
    }

    @Test("Arguments before the name wait for it")
    func lateName() throws {
        #expect(
            try Self.events([
                #"{"index":0,"id":"a"}"#, #"{"index":0,"function":{"arguments":"1"}}"#,
                #"{"index":0,"function":{"arguments":"2"}}"#, #"{"index":0,"function":{"name":"f","arguments":"3"}}"#,
            ]) == [Self.start(0, "a", "f"), Self.arguments("12", 0), Self.arguments("3", 0)]
        )
    }

    @Test("§4.7: Gemini's signature in Google's own place")
    func signature() throws {
        #expect(
            try Self.events([
                #"{"index":0,"id":"a","function":{"name":"f"},"extra_content":{"google":{"thought_signature":"s"}}}"#
            ]) == [Self.start(0, "a", "f", signature: "s")]
        )
    }

    @Test("The call of the time before tools")
    func formerCall() throws {
        let chunks = [
            #"{"function_call":{"name":"f","arguments":""}}"#, #"{"function_call":{"arguments":"{}"}}"#,
        ].map { OpenAIStreamReaderTests.chunk($0) }
        let finish = OpenAIStreamReaderTests.chunk("{}", finish: #""function_call""#)
        #expect(
            try OpenAIStreamReaderTests.events(OpenAIStreamReaderTests.stream(chunks + [finish]), finish: false) == [
                OpenAIStreamReaderTests.started,
                Self.start(0, OpenAIResponseReaderTests.madeUp(0, answer: "chatcmpl-1"), "f"), Self.arguments("{}", 0),
                .finished(.toolCalls, candidate: 0),
            ]
        )
    }

    @Test("Calls without a name are a failure, at the end at the latest")
    func nameless() throws {
        let call = OpenAIStreamReaderTests.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#)
        for end in [OpenAIStreamReaderTests.chunk("{}", finish: #""tool_calls""#), "[DONE]"] {
            let events = try OpenAIStreamReaderTests.events(OpenAIStreamReaderTests.stream([call, end]))
            guard case .failed? = events.last else {
                Issue.record("A call without a name was passed on.")
                return
            }
        }
    }

    @Test("The number of calls and what waits for a name are bounded")
    func bounds() throws {
        let many = (0...128).map { #"{"index":\#($0),"id":"c\#($0)","function":{"name":"f"}}"# }
        let events = try Self.events([many.joined(separator: ",")])
        #expect(events.count == 129)
        guard case .failed? = events.last else {
            Issue.record("The number of calls is not bounded.")
            return
        }
        let long = #"{"index":0,"function":{"arguments":"\#(String(repeating: "x", count: 40_000))"}}"#
        guard case .failed? = try Self.events([long, long]).last else {
            Issue.record("What waits for a name is not bounded.")
            return
        }
    }
}
