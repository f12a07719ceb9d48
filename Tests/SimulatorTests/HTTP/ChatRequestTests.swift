// What a chat request must have, and what it is told when it has not.

import Dialects
import Testing

@testable import Simulator

@Suite("Chat requests")
struct ChatRequestTests {
    private func refusal(_ body: String) -> (status: Int, param: String?, code: String?)? {
        do throws(ChatRefusal) {
            _ = try ChatRequest(Array(body.utf8))
            return nil
        } catch {
            let json = (try? JSONParser.parse(error.answer.pieces.flatMap(\.bytes))) ?? .null
            return (error.answer.status, json["error"]?["param"]?.string, json["error"]?["code"]?.string)
        }
    }

    @Test(
        "Each mistake is named",
        arguments: [
            ("", 400, nil, "invalid_json"), ("[]", 400, nil, "invalid_json"),
            ("{}", 400, "model", "missing_required_parameter"),
            (#"{"model":"nope","messages":[]}"#, 404, "model", "model_not_found"),
            (#"{"model":"sim-chat"}"#, 400, "messages", "missing_required_parameter"),
            (#"{"model":"sim-chat","messages":[]}"#, 400, "messages", "invalid_value"),
            (#"{"model":"sim-chat","messages":[{}]}"#, 400, "messages[0].role", "missing_required_parameter"),
            (#"{"model":"sim-chat","messages":[{"role":"x","content":""}]}"#, 400, "messages[0].role", "invalid_value"),
            (
                #"{"model":"sim-chat","messages":[{"role":"user"}]}"#, 400, "messages[0].content",
                "missing_required_parameter"
            ),
            (
                #"{"model":"sim-chat","messages":[{"role":"user","content":5}]}"#, 400, "messages[0].content",
                "invalid_value"
            ),
            (
                #"{"model":"sim-chat","messages":[{"role":"tool","tool_call_id":"c","content":"x"}]}"#, 400,
                "messages[0].tool_call_id", "invalid_value"
            ),
            (
                #"{"model":"sim-chat","messages":[{"role":"user","content":"x"}],"stream_options":{}}"#, 400,
                "stream_options", "invalid_value"
            ),
            (#"{"model":"sim-chat","messages":[{"role":"user","content":"x"}],"n":99}"#, 400, "n", "invalid_value"),
            (#"{"model":"sim-chat","messages":[{"role":"user","content":"x"}],"n":-1}"#, 400, "n", "invalid_value"),
            (
                #"{"model":"sim-chat","messages":[{"role":"user","content":"x"}],"max_tokens":0.5}"#, 400, "max_tokens",
                "invalid_value"
            ),
        ] as [(String, Int, String?, String)]
    )
    func refuses(_ body: String, _ status: Int, _ param: String?, _ code: String) {
        let refusal = self.refusal(body)
        #expect(refusal?.status == status)
        #expect(refusal?.param == param)
        #expect(refusal?.code == code)
    }

    @Test("Prompt tokens follow the rule: 4 a message, text by four bytes, images at their price, tools by their text")
    func countsTokens() throws {
        let body = #"""
            {"model":"sim-chat","messages":[{"role":"system","content":"12345"},
             {"role":"user","content":[{"type":"text","text":"1234"},
              {"type":"image_url","image_url":{"url":"https://x","detail":"low"}}]}],
             "tools":[{"type":"function","function":{"name":"f"}}]}
            """#
        let request = try ChatRequest(Array(body.utf8))
        let tools = TokenCount.text(#"[{"type":"function","function":{"name":"f"}}]"#)
        #expect(request.promptTokens == (4 + 2) + (4 + 1 + 85) + tools)
    }
}
