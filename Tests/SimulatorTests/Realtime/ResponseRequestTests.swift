// Overrides of response.create over the session (realtime reference §4).

import Dialects
import Testing

@testable import Simulator

@Suite("Response requests")
struct ResponseRequestTests {
    private let session = SessionSettings(
        opening: RealtimeOpening(model: "sim-realtime"),
        id: "sess_1",
        expiresAt: 0
    ).json

    @Test("§4: without overrides the session speaks")
    func takesSession() throws {
        for overrides in [nil, JSONValue.null, [:]] {
            let request = try ResponseRequest(overrides: overrides, session: self.session)
            #expect(request.speaks)
            #expect(!request.isOutOfBand)
            #expect(request.maxTokens == nil)
            #expect(request.voiceName == "marin")
            #expect(request.format == .pcm)
        }
    }

    @Test("§4: overrides win")
    func takesOverrides() throws {
        let request = try ResponseRequest(
            overrides: [
                "conversation": "none", "output_modalities": ["text"], "max_output_tokens": 10, "tool_choice": "none",
                "tools": [["type": "function", "name": "f"]], "metadata": ["k": "v"], "instructions": "i",
                "audio": ["output": ["voice": ["id": "voice_1"], "format": ["type": "audio/pcmu"]]],
                "parallel_tool_calls": false, "input": [],
            ],
            session: self.session
        )
        #expect(request.isOutOfBand)
        #expect(!request.speaks)
        #expect(request.maxTokens == 10)
        #expect(request.tools.map(\.name) == ["f"])
        #expect(request.toolChoice == .never)
        #expect(request.metadata == ["k": "v"])
        #expect(request.voiceName == "voice_1")
        #expect(request.format == .muLaw)
        #expect(request.input == [])
        #expect(!request.allowsParallelCalls)
    }

    @Test(
        "§4: mistakes are named",
        arguments: [
            ("x", "response"), (["foo": 1], "response.foo"), (["conversation": "x"], "response.conversation"),
            (["metadata": 5], "response.metadata"), (["input": 5], "response.input"),
            (["output_modalities": []], "response.output_modalities"),
            (["max_output_tokens": 0], "response.max_output_tokens"), (["tools": 5], "response.tools"),
            (["metadata": .object((0..<17).map { JSONField("\($0)", 1) })], "response.metadata"),
        ] as [(JSONValue, String)]
    )
    func refuses(_ overrides: JSONValue, _ param: String) {
        do throws(RealtimeRefusal) {
            _ = try ResponseRequest(overrides: overrides, session: self.session)
            Issue.record("accepted")
        } catch {
            #expect(error.param == param)
        }
    }
}
