// protocol/http §2.2, §4.1-§4.4 and §7, from Claude's side.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestReaderTests {
    static func read(_ members: String) throws -> GenerationRequest {
        try ClaudeRequestReader.read(Array("{\"model\":\"m\",\"max_tokens\":9,\(members)}".utf8))
    }

    static func refusal(_ members: String) -> ConversionRefusal? {
        do {
            _ = try read(members)
            return nil
        } catch {
            return error as? ConversionRefusal
        }
    }

    static func read(content: String, role: String = "user") throws -> [GenerationPart] {
        try read(#""messages":[{"role":"\#(role)","content":\#(content)}]"#).messages[0].parts
    }

    static let hi = #""messages":[{"role":"user","content":"hi"}]"#

    @Test("§2.2: a plain request")
    func plain() throws {
        let request = try Self.read(
            Self.hi
                + #","system":"S","stream":true,"stop_sequences":["END"],"temperature":0.5,"top_p":0.9,"top_k":40,"#
                + #""metadata":{"user_id":"u"},"service_tier":"standard_only""#
        )
        var expected = GenerationRequest(model: "m")
        expected.isStream = true
        expected.system = ["S"]
        expected.messages = [GenerationMessage(.user, [.text("hi")])]
        expected.maximumTokens = 9
        expected.stop = ["END"]
        expected.sampling.temperature = 0.5
        expected.sampling.topP = 0.9
        expected.sampling.topK = 40
        expected.userID = "u"
        expected.serviceTier = "default"
        #expect(request == expected)
    }

    @Test("What is missing or of the wrong kind is refused with its place")
    func malformed() {
        let cases: [(String, String, String?)] = [
            (#"{"max_tokens":1,"messages":[]}"#, "missing_required_parameter", "model"),
            (#"{"model":"","max_tokens":1,"messages":[]}"#, "invalid_value", "model"),
            (#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, "missing_required_parameter", "max_tokens"),
            (#"{"model":"m","max_tokens":-1,\#(Self.hi)}"#, "invalid_value", "max_tokens"),
            (#"{"model":"m","max_tokens":0,\#(Self.hi)}"#, "unsupported_value", "max_tokens"),
            (#"{"model":"m","max_tokens":1}"#, "missing_required_parameter", "messages"),
            (#"{"model":"m","max_tokens":1,"messages":[]}"#, "invalid_value", "messages"),
            (
                #"{"model":"m","max_tokens":1,"messages":[{"role":"tool","content":""}]}"#, "invalid_value",
                "messages[0].role"
            ),
            (
                #"{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}"#, "missing_required_parameter",
                "messages[0].content"
            ),
            (
                #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":5}]}"#, "invalid_type",
                "messages[0].content"
            ),
            (#"[]"#, "invalid_type", nil), (#"{"#, "invalid_json", nil),
        ]
        for (body, code, param) in cases {
            #expect {
                _ = try ClaudeRequestReader.read(Array(body.utf8))
            } throws: { error in
                let refusal = error as? ConversionRefusal
                return refusal?.code == code && refusal?.param == param
            }
        }
    }

    @Test("§7: what no other provider can serve is refused")
    func unsupported() {
        let cases: [(String, String)] = [
            (#""tools":[{"type":"web_search_20250305","name":"web_search"}]"#, "tools[0].type"),
            (#""container":"c""#, "container"),
            (#""mcp_servers":[{"url":"https://x"}]"#, "mcp_servers"),
        ]
        for (members, param) in cases {
            let refusal = Self.refusal(Self.hi + "," + members)
            #expect(refusal?.code == "unsupported_value")
            #expect(refusal?.param == param)
        }
    }

    @Test(
        "§7: content of unknown kinds is refused",
        arguments: [
            (#"[{"type":"server_tool_use","id":"a","name":"n","input":{}}]"#, "messages[0].content[0].type"),
            (#"[{"type":"image","source":{"type":"file","file_id":"f"}}]"#, "messages[0].content[0].source.type"),
            (#"[{"type":"text","text":"a"},{"type":"search_result"}]"#, "messages[0].content[1].type"),
        ]
    )
    func unknownBlocks(content: String, param: String) {
        let refusal = Self.refusal(#""messages":[{"role":"user","content":\#(content)}]"#)
        #expect(refusal?.code == "unsupported_value")
        #expect(refusal?.param == param)
    }

    @Test("§7: what only tunes is named, each once")
    func untranslated() throws {
        let request = try Self.read(
            #""system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"speed":"fast","x":1,"y":null,"#
                + #""messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{}}]}]"#
        )
        #expect(request.untranslated == ["cache_control", "speed", "x"])
    }

    @Test("Names of unknown members are bounded in number and length")
    func boundsNames() throws {
        let many = (0..<200).map { #""n\#($0)":1"# }.joined(separator: ",")
        let long = String(repeating: "n", count: 1_000)
        let request = try Self.read(Self.hi + ",\"\(long)\":1," + many)
        #expect(request.untranslated.count == ClaudeRequestReader.untranslatedNames)
        #expect(request.untranslated.first == "?")
        #expect(try Self.read(Self.hi + #","a\r\nb":1"#).untranslated == ["?"])
    }

    @Test("§2.6: a request to count has no bound and no stream")
    func count() throws {
        let request = try ClaudeRequestReader.readCount(Array(#"{"model":"m","system":"S",\#(Self.hi)}"#.utf8))
        #expect(request.maximumTokens == nil)
        #expect(request.system == ["S"])
        #expect(request.messages == [GenerationMessage(.user, [.text("hi")])])
    }

    @Test("Hostile bodies: an error or a request, never a trap")
    func hostile() {
        var generator = SeededGenerator(seed: 0xC1A)
        let seed = Array(
            (#"{"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"thinking":{"type":"enabled","budget_tokens":1024},"#
                + #""tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"f"},"messages":[{"role":"user","#
                + #""content":[{"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"}]}}]}]}"#)
                .utf8
        )
        for _ in 0..<3_000 {
            let body = generator.mutate(seed, spice: "{}[]\",:09-e\u{0}nulltrue")
            _ = try? ClaudeRequestReader.read(body)
            _ = try? ClaudeRequestReader.readCount(body)
        }
        let deep = Array((#"{"model":"m","messages":"# + String(repeating: "[", count: 100_000)).utf8)
        #expect(throws: ConversionRefusal.self) { try ClaudeRequestReader.read(deep) }
    }
}
