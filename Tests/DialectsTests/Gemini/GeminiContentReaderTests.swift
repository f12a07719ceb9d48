// protocol/http §3.2, §4.1: parts, calls with and without ids, results and what they answer.

import Testing

@testable import Dialects

@Suite struct GeminiContentReaderTests {
    private func messages(_ contents: String) throws -> [GenerationMessage] {
        try geminiRequest(#"{"contents":\#(contents)}"#).messages
    }

    @Test("Calls without ids get some, and results find their calls by name, in order")
    func matchesByName() throws {
        let messages = try self.messages(
            #"""
            [{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"g"}},
               {"functionCall":{"name":"f","args":{"a":2}}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":"G"}}},
               {"functionResponse":{"name":"f","response":{"output":"F1"}}},
               {"functionResponse":{"name":"f","response":{"output":"F2"}}}]}]
            """#
        )
        #expect(
            messages == [
                GenerationMessage(
                    .assistant,
                    [
                        .toolCall(ToolCall(id: "call_0", name: "f", arguments: ["a": 1])),
                        .toolCall(ToolCall(id: "call_1", name: "g", arguments: [:])),
                        .toolCall(ToolCall(id: "call_2", name: "f", arguments: ["a": 2])),
                    ]
                ),
                GenerationMessage(
                    .user,
                    [
                        .toolResult(ToolResult(callID: "call_1", name: "g", content: [.text("G")])),
                        .toolResult(ToolResult(callID: "call_0", name: "f", content: [.text("F1")])),
                        .toolResult(ToolResult(callID: "call_2", name: "f", content: [.text("F2")])),
                    ]
                ),
            ]
        )
    }

    @Test("Ids that the client has are kept and win over names; ours keep clear of them")
    func matchesByID() throws {
        let messages = try self.messages(
            #"""
            [{"role":"model","parts":[{"functionCall":{"id":"call_0","name":"f"}},{"functionCall":{"id":"b","name":"f"}},
               {"functionCall":{"name":"f"}}]},
             {"parts":[{"functionResponse":{"id":"b","name":"f","response":{}}},
               {"functionResponse":{"id":"other","name":"f","response":{}}},{"functionResponse":{"name":"f"}}]}]
            """#
        )
        let calls = messages[0].parts.compactMap { if case .toolCall(let call) = $0 { call.id } else { nil } }
        let results = messages[1].parts.compactMap {
            if case .toolResult(let result) = $0 { result.callID } else { nil }
        }
        #expect(calls == ["call_0", "b", "call_1"])
        #expect(results == ["b", "call_0", "call_1"])
    }

    @Test("An id that comes back in a later call is made another")
    func renamesRepeatedIDs() throws {
        let round =
            #"{"role":"model","parts":[{"functionCall":{"id":"x","name":"f"}}]},"#
            + #"{"parts":[{"functionResponse":{"id":"x","name":"f","response":{"output":"r"}}}]}"#
        let messages = try self.messages("[\(round),\(round)]")
        #expect(messages[2].parts == [.toolCall(ToolCall(id: "call_0", name: "f", arguments: [:]))])
        #expect(messages[3].parts == [.toolResult(ToolResult(callID: "call_0", name: "f", content: [.text("r")]))])
    }

    @Test(
        "§4.1: the wrappers of results come off",
        arguments: [
            (#"{"output":"text"}"#, "text", false), (#"{"output":{"a":1}}"#, #"{"a":1}"#, false),
            (#"{"error":"bad"}"#, "bad", true), (#"{"result":"r"}"#, #"{"result":"r"}"#, false),
            (#"{"output":"a","error":"b"}"#, #"{"output":"a","error":"b"}"#, false), (#"{"output":7}"#, "7", false),
            ("{}", "{}", false),
        ]
    )
    func unwrapsResults(response: String, text: String, isError: Bool) throws {
        let messages = try self.messages(
            #"[{"role":"model","parts":[{"functionCall":{"name":"f"}}]},{"parts":[{"functionResponse":{"name":"f","response":\#(response)}}]}]"#
        )
        let expected = ToolResult(callID: "call_0", name: "f", content: [.text(text)], isError: isError)
        #expect(messages[1].parts == [.toolResult(expected)])
    }

    @Test("Media within results")
    func readsMediaOfResults() throws {
        let messages = try self.messages(
            #"""
            [{"role":"model","parts":[{"functionCall":{"name":"f"}}]},{"parts":[{"functionResponse":{"name":"f",
              "response":{"output":"see"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]}]
            """#
        )
        let image = Media(.image, .base64(mediaType: "image/png", data: "AAAA"))
        let expected = ToolResult(callID: "call_0", name: "f", content: [.text("see"), .media(image)])
        #expect(messages[1].parts == [.toolResult(expected)])
    }

    @Test("§4.7: thoughts and signatures")
    func readsThoughts() throws {
        let messages = try self.messages(
            #"""
            [{"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"text":"","thought":false},
              {"text":"yes","thoughtSignature":"eHg="},{"thoughtSignature":"eA=="},
              {"functionCall":{"name":"f"},"thoughtSignature":"YQ=="}]}]
            """#
        )
        #expect(
            messages == [
                GenerationMessage(
                    .assistant,
                    [
                        .thought(Thought(text: "hm", signature: "c2ln", origin: .gemini)), .text("yes"),
                        .toolCall(ToolCall(id: "call_0", name: "f", arguments: [:], signature: "YQ==")),
                    ]
                )
            ]
        )
    }

    @Test(
        "§7: parts that cannot be said elsewhere",
        arguments: [
            (#"[{"parts":[{"executableCode":{}}]}]"#, "contents[0].parts[0].executableCode"),
            (#"[{"parts":[{"code_execution_result":{}}]}]"#, "contents[0].parts[0].code_execution_result"),
            (#"[{"parts":[{"hologram":{}}]}]"#, "contents[0].parts[0].hologram"),
            (#"[{"parts":["x"]}]"#, "contents[0].parts[0]"),
            (#"[{"parts":[{"text":5}]}]"#, "contents[0].parts[0].text"),
            (#"[{"parts":[{"functionCall":{"name":"f"}}]}]"#, "contents[0].parts[0].functionCall"),
            (#"[{"role":"model","parts":[{"functionCall":{}}]}]"#, "contents[0].parts[0].functionCall.name"),
            (
                #"[{"role":"model","parts":[{"functionCall":{"name":"f","args":[]}}]}]"#,
                "contents[0].parts[0].functionCall.args"
            ),
            (
                #"[{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]"#,
                "contents[0].parts[0].functionResponse"
            ),
            (
                #"[{"role":"model","parts":[{"functionResponse":{"name":"f"}}]}]"#,
                "contents[0].parts[0].functionResponse"
            ),
        ]
    )
    func refuses(contents: String, param: String) {
        #expect(geminiRefusal(#"{"contents":\#(contents)}"#)?.param == param)
    }
}
