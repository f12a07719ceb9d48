import Dialects
import RealtimeTranslation
import Testing

@Suite("Functions, interruptions and manual turns over Gemini Live (protocol: realtime §15)")
struct GeminiLiveSessionToolsTests {
    private static let call =
        #"{"toolCall":{"functionCalls":[{"id":"c1","name":"weather","args":{"city":"Ulm","n":1.0}}]}}"#
    private static let audio =
        #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"AAEC"}}]}}}"#

    private static func output(_ call: String, _ output: String) -> JSONValue {
        [
            "type": "conversation.item.create",
            "item": ["type": "function_call_output", "call_id": .string(call), "output": .string(output)],
        ]
    }

    @Test("a call is a response of its own; its output goes on, and asking for the answer asks nothing twice")
    func calls() {
        var stage = LiveStage.ready()
        stage.upstream(Self.call)
        #expect(
            stage.types == [
                "response.created", "response.output_item.added", "conversation.item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "conversation.item.done", "response.output_item.done", "response.done",
            ]
        )
        let item = stage.done?["output"]?.elements.first
        #expect(item?["call_id"] == "c1" && item?["name"] == "weather")
        #expect(item?["arguments"] == #"{"city":"Ulm","n":1.0}"#)
        #expect(stage.done?["usage"]?["total_tokens"] == 0)
        stage.client(Self.output("c1", #"{"sky":"grey"}"#))
        stage.client(LiveStage.ask)
        let answer = stage.sent.first?["toolResponse"]?["functionResponses"]?.elements.first
        #expect(answer == ["name": "weather", "response": ["sky": "grey"], "id": "c1"])
        #expect(stage.sent.count == 1)
        stage.client(Self.output("c1", "again"))
        #expect(stage.lastError?["param"] == "item.call_id")
        stage.upstream(Self.audio)
        stage.upstream(#"{"serverContent":{"turnComplete":true}}"#)
        #expect(stage.types.filter { $0 == "response.done" }.count == 2)
    }

    @Test("text outputs are wrapped; outputs of calls that were taken back go nowhere")
    func withdrawn() {
        var stage = LiveStage.ready()
        stage.upstream(
            #"{"toolCall":{"functionCalls":[{"id":"a","name":"f","args":{}},{"id":"b","name":"g"}]}}"#
        )
        #expect(stage.done?["output"]?.elements.count == 2)
        stage.upstream(#"{"toolCallCancellation":{"ids":["a"]}}"#)
        stage.client(Self.output("a", "late"))
        #expect(stage.sent.isEmpty && stage.lastError == nil)
        stage.client(Self.output("b", "plain"))
        let answer = stage.sent.first?["toolResponse"]?["functionResponses"]?.elements.first
        #expect(answer?["response"] == ["output": "plain"])
    }

    @Test("outputs of calls of one turn go together, or with the question that does not wait for the rest")
    func together() {
        let calls = #"{"toolCall":{"functionCalls":[{"id":"a","name":"f"},{"id":"b","name":"g"}]}}"#
        var stage = LiveStage.ready()
        stage.upstream(calls)
        stage.client(Self.output("b", "two"))
        #expect(stage.sent.isEmpty)
        stage.client(Self.output("a", "one"))
        stage.client(LiveStage.ask)
        #expect(stage.sent.count == 1)
        let answers = stage.sent.first?["toolResponse"]?["functionResponses"]?.elements ?? []
        #expect(answers.compactMap { $0["id"]?.string } == ["b", "a"])
        var hasty = LiveStage.ready()
        hasty.upstream(calls)
        hasty.client(Self.output("a", "one"))
        hasty.client(LiveStage.ask)
        #expect(hasty.sent.first?["toolResponse"]?["functionResponses"]?.elements.count == 1)
        hasty.client(Self.output("b", "two"))
        #expect(hasty.sent.count == 2)
    }

    @Test("calls beyond the limit are answered here")
    func tooMany() {
        var limits = LiveLimits()
        limits.pendingToolCalls = 1
        var stage = LiveStage.ready(limits: limits)
        stage.upstream(#"{"toolCall":{"functionCalls":[{"id":"a","name":"f"},{"id":"b","name":"f"}]}}"#)
        #expect(stage.done?["output"]?.elements.count == 1)
        let answer = stage.sent.first?["toolResponse"]?["functionResponses"]?.elements.first
        #expect(answer?["id"] == "b" && answer?["response"]?["error"] != nil)
    }

    @Test("an interruption ends the response, which waits a moment for its usage")
    func interrupted() {
        var stage = LiveStage.ready()
        stage.upstream(Self.audio)
        stage.forget()
        stage.upstream(#"{"serverContent":{"interrupted":true}}"#)
        #expect(stage.types.first == "input_audio_buffer.speech_started")
        #expect(stage.types.contains("response.output_audio.done") && stage.done == nil)
        stage.upstream(#"{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":7}}"#)
        #expect(stage.done?["status_details"] == ["type": "cancelled", "reason": "turn_detected"])
        #expect(stage.done?["usage"]?["input_tokens"] == 7)
        stage.upstream(Self.audio)
        stage.upstream(#"{"serverContent":{"interrupted":true}}"#)
        stage.forget()
        stage.wait(seconds: 0.2)
        #expect(stage.types == ["response.done"])
        stage.upstream(#"{"serverContent":{"turnComplete":true}}"#)
        #expect(stage.types == ["response.done"])
    }

    @Test("a response that is cancelled is heard no more until its turn ends")
    func cancelled() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.client(#"{"type":"response.cancel","event_id":"e"}"#)
        #expect(stage.lastError?["code"] == "response_cancel_not_active")
        stage.client(LiveStage.ask)
        stage.upstream(#"{"serverContent":{"modelTurn":{"parts":[{"text":"one"}]}}}"#)
        stage.client(#"{"type":"response.cancel"}"#)
        stage.forget()
        stage.upstream(#"{"serverContent":{"modelTurn":{"parts":[{"text":"two"}]}}}"#)
        stage.upstream(Self.call)
        #expect(stage.types.isEmpty)
        #expect(stage.sent.first?["toolResponse"] != nil)
        stage.upstream(#"{"serverContent":{"turnComplete":true},"usageMetadata":{"responseTokenCount":4}}"#)
        #expect(stage.done?["status_details"]?["reason"] == "client_cancelled")
        #expect(stage.done?["usage"]?["output_tokens"] == 4)
        stage.upstream(#"{"serverContent":{"modelTurn":{"parts":[{"text":"three"}]},"turnComplete":true}}"#)
        #expect(stage.last("response.output_text.done")?["text"] == "three")
    }

    @Test("a client that ends its turns itself: activity around the audio, commit, transcription")
    func manual() {
        var stage = LiveStage.ready(
            #"{"type":"realtime","audio":{"input":{"turn_detection":null,"transcription":{"model":"m"}}}}"#
        )
        stage.client(#"{"type":"input_audio_buffer.commit"}"#)
        #expect(stage.lastError?["code"] == "input_audio_buffer_commit_empty")
        stage.client(LiveStage.append)
        stage.upstream(#"{"serverContent":{"inputTranscription":{"text":"how "}}}"#)
        stage.client(LiveStage.append)
        stage.client(#"{"type":"input_audio_buffer.clear"}"#)
        #expect(stage.lastError?["code"] == "unsupported_event")
        stage.forget()
        stage.client(#"{"type":"input_audio_buffer.commit"}"#)
        stage.client(LiveStage.ask)
        #expect(stage.sent == [["realtimeInput": ["activityEnd": .object([])]]])
        stage.upstream(#"{"serverContent":{"inputTranscription":{"text":"now","finished":true}}}"#)
        #expect(
            stage.types == [
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
                "conversation.item.input_audio_transcription.delta",
                "conversation.item.input_audio_transcription.delta",
                "conversation.item.input_audio_transcription.completed",
            ]
        )
        let heard = stage.last("conversation.item.input_audio_transcription.completed")
        #expect(heard?["transcript"] == "how now")
        #expect(heard?["item_id"] == stage.last("input_audio_buffer.committed")?["item_id"])
        stage.upstream(Self.audio)
        #expect(stage.types.filter { $0 == "response.created" }.count == 1)
    }

    @Test("audio that has not gone upstream can be taken back")
    func clears() {
        var stage = LiveStage()
        stage.connect()
        stage.client(#"{"type":"session.update","session":\#(LiveStage.manual)}"#)
        stage.client(LiveStage.append)
        stage.client(#"{"type":"input_audio_buffer.clear"}"#)
        #expect(stage.types.last == "input_audio_buffer.cleared")
        stage.upstream(#"{"setupComplete":{}}"#)
        #expect(stage.sent.count == 1)
    }

    @Test("telephone audio is decoded, and cannot be asked for")
    func telephone() {
        var stage = LiveStage.ready(#"{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu"}}}}"#)
        stage.client(["type": "input_audio_buffer.append", "audio": "//8A"])
        let audio = stage.sent.first?["realtimeInput"]?["audio"]
        // ITU-T G.711: 0xFF is 0, 0x00 the lowest sample, -32124.
        #expect(audio == ["data": "AAAAAISC", "mimeType": "audio/pcm;rate=8000"])
        stage.client(#"{"type":"session.update","session":{"audio":{"output":{"format":{"type":"audio/pcmu"}}}}}"#)
        #expect(stage.lastError?["param"] == "session.audio.output.format")
    }
}
