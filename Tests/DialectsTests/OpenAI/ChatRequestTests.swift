// protocol/http §1.1; robustness rows G8-G11.

import Dialects
import Testing

@Suite struct ChatRequestTests {
    static func outcome(_ bytes: [UInt8]) -> Result<ChatRequest, ChatRequestViolation> {
        do throws(ChatRequestViolation) {
            return .success(try ChatRequest(bytes))
        } catch {
            return .failure(error)
        }
    }

    static func violation(_ text: String) -> ChatRequestViolation? {
        if case .failure(let violation) = outcome(Array(text.utf8)) { violation } else { nil }
    }

    static func upstream(_ text: String, model: String = "up", addUsage: Bool = true) throws -> String {
        String(
            decoding: try ChatRequest(Array(text.utf8)).upstreamBody(model: model, addUsage: addUsage),
            as: UTF8.self
        )
    }

    @Test func readsWhatARelayNeeds() throws {
        let request = try ChatRequest(
            Array(#"{"messages":[],"model":"gpt\u002d4o","stream":true,"stream_options":{"include_usage":true}}"#.utf8)
        )
        #expect(request.model == "gpt-4o")
        #expect(request.stream)
        #expect(request.includeUsage)
        let plain = try ChatRequest(Array(#"{"model":"m"}"#.utf8))
        #expect(!plain.stream)
        #expect(!plain.includeUsage)
    }

    @Test(
        "null and false both mean no",
        arguments: [
            #"{"model":"m","stream":null,"stream_options":null}"#,
            #"{"model":"m","stream":false,"stream_options":{"include_usage":null}}"#,
            #"{"model":"m","stream_options":{"include_usage":false}}"#, #"{"model":"m","stream_options":{}}"#,
        ]
    )
    func readsAbsence(text: String) throws {
        let request = try ChatRequest(Array(text.utf8))
        #expect(!request.stream)
        #expect(!request.includeUsage)
    }

    // MARK: Splicing

    @Test(
        "What bounds the answer is read for an estimate, and hostile numbers are no bounds (G9)",
        arguments: [
            (#"{"model":"m"}"#, nil, 1), (#"{"model":"m","max_tokens":7,"n":3}"#, 7, 3),
            (#"{"model":"m","max_tokens":7,"max_completion_tokens":9}"#, 9, 1),
            (#"{"model":"m","max_tokens":-1,"n":0}"#, nil, 1),
            (#"{"model":"m","max_tokens":1e999999,"n":"9"}"#, nil, 1),
        ] as [(String, Int?, Int)]
    )
    func readsBounds(text: String, maximum: Int?, choices: Int) throws {
        let request = try Self.outcome(Array(text.utf8)).get()
        #expect(request.maximumTokens == maximum && request.choiceCount == choices)
    }

    @Test("Only the model changes; blanks, order, numbers and unknown fields stay")
    func replacesTheModel() throws {
        let text =
            "{ \"x\":1.50e0 ,\n\"model\" : \"a\",\"messages\":[{\"content\":\"\\u0041 model\"}], \"y\":{\"model\":\"a\"}}\n"
        #expect(try Self.upstream(text) == text.replacing("\"model\" : \"a\"", with: "\"model\" : \"up\""))
        #expect(try Self.upstream(text, model: "a") == text)
        #expect(
            try Self.upstream(text, model: "q\"\n") == text.replacing("\"model\" : \"a\"", with: #""model" : "q\"\n""#)
        )
    }

    @Test("A model of the same name keeps its spelling")
    func leavesAnEqualModelAlone() throws {
        let text = #"{"model":"\u0061"}"#
        #expect(try Self.upstream(text, model: "a") == text)
    }

    @Test(
        "A stream is asked for its usage, wherever the option has to go",
        arguments: [
            (
                #"{"model":"m","stream":true}"#,
                #"{"model":"up","stream_options":{"include_usage":true},"stream":true}"#
            ),
            (
                #"{"stream_options":null,"stream":true,"model":"m"}"#,
                #"{"stream_options":{"include_usage":true},"stream":true,"model":"up"}"#
            ),
            (
                #"{"stream":true,"stream_options":{},"model":"m"}"#,
                #"{"stream":true,"stream_options":{"include_usage":true},"model":"up"}"#
            ),
            (
                #"{"stream":true,"model":"m","stream_options":{ "include_obfuscation":false}}"#,
                #"{"stream":true,"model":"up","stream_options":{"include_usage":true, "include_obfuscation":false}}"#
            ),
            (
                #"{"stream":true,"model":"m","stream_options":{"include_usage": false }}"#,
                #"{"stream":true,"model":"up","stream_options":{"include_usage": true }}"#
            ),
            (
                #"{"stream":true,"model":"m","stream_options":{"include_usage":true}}"#,
                #"{"stream":true,"model":"up","stream_options":{"include_usage":true}}"#
            ),
            (#"{"stream":false,"model":"m"}"#, #"{"stream":false,"model":"up"}"#),
        ]
    )
    func asksForUsage(text: String, expected: String) throws {
        #expect(try Self.upstream(text) == expected)
        let asked = try ChatRequest(Array(expected.utf8))
        #expect(asked.includeUsage == asked.stream)
        #expect(try Self.upstream(text, model: "m", addUsage: false) == text)
    }

    // MARK: Refusals

    @Test(arguments: [
        ("", ChatRequestViolation.invalidJSON(.notAnObject)), ("[]", .invalidJSON(.notAnObject)),
        ("\u{FEFF}{\"model\":\"m\"}", .invalidJSON(.notAnObject)),
        (#"{"model":"m"} x"#, .invalidJSON(.trailingBytes(at: 14))),
        (#"{"model":"m",}"#, .invalidJSON(.malformed(at: 13))),
        (#"{"model":"m","a":"\ud800"}"#, .invalidJSON(.malformed(at: 18))),
        ("{}", .missingParameter("model")), (#"{"model":""}"#, .missingParameter("model")),
        (#"{"model":1}"#, .wrongType(param: "model", expected: "a string")),
        (#"{"model":null}"#, .wrongType(param: "model", expected: "a string")),
        (#"{"model":"m","stream":1}"#, .wrongType(param: "stream", expected: "a boolean")),
        (#"{"model":"m","stream":"true"}"#, .wrongType(param: "stream", expected: "a boolean")),
        (#"{"model":"m","stream_options":[]}"#, .wrongType(param: "stream_options", expected: "an object")),
        (
            #"{"model":"m","stream_options":{"include_usage":1}}"#,
            .wrongType(param: "stream_options.include_usage", expected: "a boolean")
        ),
        (#"{"model":"m","model":"n"}"#, .duplicateParameter("model")),
        (#"{"model":"m","mod\u0065l":"n"}"#, .duplicateParameter("model")),
        (
            #"{"model":"m","stream_options":{"include_usage":true,"include_usage":false}}"#,
            .duplicateParameter("stream_options.include_usage")
        ),
    ])
    func refuses(text: String, expected: ChatRequestViolation) {
        #expect(Self.violation(text) == expected)
        #expect(expected.message.hasSuffix("."))
    }

    @Test("G11: bytes that are not UTF-8")
    func refusesBrokenText() {
        let bytes = Array(#"{"model":"m","a":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        guard case .failure(.invalidJSON(.notUTF8)) = Self.outcome(bytes) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func namesTheParameterAtFault() {
        #expect(ChatRequestViolation.missingParameter("model").param == "model")
        #expect(ChatRequestViolation.missingParameter("model").code == "missing_required_parameter")
        #expect(ChatRequestViolation.invalidJSON(.tooDeep).param == nil)
        #expect(ChatRequestViolation.invalidJSON(.tooDeep).code == "invalid_json")
    }

    @Test("Whatever is accepted stays JSON, with the model replaced and the usage asked for")
    func splicesMutatedBodies() throws {
        var generator = SeededGenerator(seed: 0xC4A7)
        let seed = Array(#"{"model":"m","stream":true,"stream_options":{"a":1},"x":[1,"model"]}"#.utf8)
        var accepted = 0
        for _ in 0..<3_000 {
            let bytes = generator.mutate(seed, spice: "{}[]\",:\\u0 true")
            guard case .success(let request) = Self.outcome(bytes) else { continue }
            accepted += 1
            let spliced = try ChatRequest(request.upstreamBody(model: "new", addUsage: true))
            #expect(spliced.model == "new")
            #expect(spliced.stream == request.stream)
            #expect(spliced.includeUsage || !request.stream)
        }
        #expect(accepted > 100)
    }
}
