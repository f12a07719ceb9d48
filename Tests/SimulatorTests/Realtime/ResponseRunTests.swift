// A response's own JSON in each state (realtime reference §6, §7).

import Dialects
import Testing

@testable import Simulator

@Suite("Response runs")
struct ResponseRunTests {
    private func run(_ plan: [PlannedItem], _ overrides: JSONValue = [:]) throws -> ResponseRun {
        let session = SessionSettings(opening: RealtimeOpening(model: "sim-realtime"), id: "s", expiresAt: 0).json
        let request = try ResponseRequest(overrides: overrides, session: session)
        let input = InputTokens(request: request, items: [], previous: nil)
        return ResponseRun(id: "resp_1", request: request, plan: plan, input: input, dueAt: 0)
    }

    @Test(
        "§6: status and its details",
        arguments: [
            (ResponseEnd.completed, "completed", JSONValue.null),
            (.cancelled(reason: "turn_detected"), "cancelled", ["type": "cancelled", "reason": "turn_detected"]),
            (
                .incomplete(reason: "max_output_tokens"), "incomplete",
                ["type": "incomplete", "reason": "max_output_tokens"]
            ),
        ] as [(ResponseEnd, String, JSONValue)]
    )
    func tellsEnd(_ end: ResponseEnd, _ status: String, _ details: JSONValue) throws {
        let json = try self.run([]).json(end: end, conversationID: "conv_1", hasUsage: true)
        #expect(json["status"] == .string(status))
        #expect(json["status_details"] == details)
        #expect(json["usage"]?["total_tokens"] != nil)
        #expect(json["conversation_id"] == "conv_1")
    }

    @Test("§6: in progress there is no usage; out of band no conversation; metadata comes back")
    func tellsProgress() throws {
        let run = try self.run([], ["conversation": "none", "metadata": ["k": "v"]])
        let json = run.json(end: nil, conversationID: "conv_1", hasUsage: true)
        #expect(json["status"] == "in_progress")
        #expect(json["usage"] == .null)
        #expect(json["conversation_id"] == .null)
        #expect(json["metadata"] == ["k": "v"])
        #expect(run.json(end: .failed, conversationID: "", hasUsage: false)["usage"] == .null)
        #expect(ResponseEnd.failed.details["error"]?["code"] == "simulated_failure")
    }

    @Test("§7: total is input and output, input is its kinds")
    func tellsUsage() throws {
        var run = try self.run([])
        run.outputText = 3
        run.outputAudio = 4
        let usage = run.json(end: .completed, conversationID: "", hasUsage: true)["usage"]
        #expect(usage?["output_tokens"] == 7)
        #expect(usage?["total_tokens"] == .integer(run.input.total + 7))
        #expect(usage?["input_tokens"] == usage?["input_token_details"]?["text_tokens"])
        #expect(usage?["output_token_details"] == ["text_tokens": 3, "audio_tokens": 4])
    }

    @Test("Items: a message of text, of audio, a call")
    func tellsItems() throws {
        var text = try self.run([.message(pieces: ["a"])], ["output_modalities": ["text"]])
        text.spoken = "a"
        #expect(text.itemJSON(status: "completed")["content"] == [["type": "output_text", "text": "a"]])
        var audio = try self.run([.message(pieces: ["a"])])
        audio.spoken = "a"
        #expect(audio.itemJSON(status: "completed")["content"] == [["type": "output_audio", "transcript": "a"]])
        #expect(audio.itemJSON(status: "in_progress")["content"] == [])
        var call = try self.run([.call(name: "f", pieces: ["{}"])])
        call.callID = "call_1"
        call.spoken = "{}"
        let json = call.itemJSON(status: "completed")
        #expect(json["type"] == "function_call")
        #expect(json["arguments"] == "{}")
        #expect(json["call_id"] == "call_1")
    }
}
