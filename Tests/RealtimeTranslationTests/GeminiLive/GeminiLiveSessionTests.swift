import Dialects
import RealtimeTranslation
import Testing

@Suite("A Gemini Live upstream as a realtime session (protocol: realtime §14, §15)")
struct GeminiLiveSessionTests {
    private static let audioTurn = [
        #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"AAEC"}}]}}}"#,
        #"{"serverContent":{"outputTranscription":{"text":"Hel"}}}"#,
        #"{"server_content":{"model_turn":{"parts":[{"inline_data":{"mime_type":"audio/pcm","data":"AwQF"}}]}}}"#,
        #"{"serverContent":{"outputTranscription":{"text":"lo"}}}"#,
        #"{"serverContent":{"generationComplete":true}}"#,
        """
        {"usageMetadata":{"promptTokenCount":30,"responseTokenCount":20,"totalTokenCount":55,"thoughtsTokenCount":5,\
        "cachedContentTokenCount":"4","promptTokensDetails":[{"modality":"TEXT","tokenCount":10},\
        {"modality":"AUDIO","tokenCount":20}],"responseTokensDetails":[{"modality":"AUDIO","tokenCount":20}]},\
        "serverContent":{"turnComplete":true}}
        """,
    ]

    @Test("tells the client at once, and sets up with what the first update says (§15.1)")
    func opens() {
        var stage = LiveStage()
        #expect(stage.types == ["session.created"])
        #expect(stage.said.first?["session"]?["audio"]?["input"]?["turn_detection"]?["type"] == "server_vad")
        #expect(stage.said.first?["session"]?["model"] == "live")
        stage.connect()
        #expect(stage.sent.isEmpty)
        stage.client(
            """
            {"type":"session.update","session":{"type":"realtime","instructions":"Be kind.","max_output_tokens":99,\
            "audio":{"output":{"voice":"echo"},"input":{"transcription":{"model":"whisper-1"}}},\
            "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}}
            """
        )
        #expect(stage.types == ["session.created"])
        let setup = stage.sent.first?["setup"]
        #expect(setup?["model"] == "models/gemini-live-2.5-flash")
        #expect(setup?["systemInstruction"]?["parts"]?.elements.first?["text"] == "Be kind.")
        #expect(setup?["generationConfig"]?["responseModalities"] == ["AUDIO"])
        #expect(setup?["generationConfig"]?["maxOutputTokens"] == 99)
        let voice = setup?["generationConfig"]?["speechConfig"]?["voiceConfig"]?["prebuiltVoiceConfig"]?["voiceName"]
        #expect(voice == "Puck")
        #expect(setup?["inputAudioTranscription"] == .object([]))
        #expect(setup?["outputAudioTranscription"] == .object([]))
        #expect(setup?["sessionResumption"] == .object([]))
        let function = setup?["tools"]?.elements.first?["functionDeclarations"]?.elements.first
        #expect(function?["name"] == "f")
        stage.upstream(#"{"setupComplete":{"sessionId":"s"}}"#)
        #expect(stage.types == ["session.created", "session.updated"])
        #expect(stage.said.last?["session"]?["instructions"] == "Be kind.")
    }

    @Test("sets up with another first event, or after a second, and keeps events until then")
    func delays() {
        var stage = LiveStage()
        stage.connect()
        #expect(stage.session.nextDeadline == LiveStage.second)
        stage.wait(seconds: 1)
        #expect(stage.sent.count == 1)
        stage.client(LiveStage.item("hi"))
        stage.client(LiveStage.ask)
        #expect(stage.sent.count == 1)
        stage.upstream(#"{"setup_complete":{}}"#)
        #expect(stage.sent.count == 3)
        #expect(stage.sent[1]["clientContent"]?["turnComplete"] == false)
        #expect(stage.sent[2]["clientContent"]?["turnComplete"] == true)

        var other = LiveStage()
        other.client(LiveStage.item("hi"))
        other.connect()
        #expect(other.sent.count == 1)
        #expect(other.sent[0]["setup"] != nil)
    }

    @Test("an upstream that never takes the setup ends the session")
    func neverReady() {
        var stage = LiveStage()
        stage.connect()
        stage.wait(seconds: 1)
        stage.wait(seconds: 15)
        #expect(stage.end?.code == "gateway_timeout")
        #expect(stage.session.nextDeadline == nil)
    }

    @Test("an audio turn has the order of §8, audio as it came, and usage by modality")
    func audioTurn() {
        var stage = LiveStage.ready()
        stage.client(LiveStage.append)
        #expect(stage.sent[0]["realtimeInput"]?["audio"]?["mimeType"] == "audio/pcm;rate=24000")
        #expect(stage.sent[0]["realtimeInput"]?["audio"]?["data"] == LiveStage.append["audio"])
        for message in Self.audioTurn { stage.upstream(message) }
        #expect(
            stage.types == [
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
                "response.created", "response.output_item.added", "conversation.item.added",
                "response.content_part.added", "response.output_audio.delta", "response.output_audio_transcript.delta",
                "response.output_audio.delta", "response.output_audio_transcript.delta",
                "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
                "conversation.item.done", "response.output_item.done", "response.done",
            ]
        )
        let deltas = stage.said.filter { $0["type"] == "response.output_audio.delta" }
        #expect(deltas.compactMap { $0["delta"]?.string } == ["AAEC", "AwQF"])
        #expect(stage.last("response.output_audio_transcript.done")?["transcript"] == "Hello")
        #expect(stage.done?["status"] == "completed")
        #expect(stage.done?["output"]?.elements.first?["content"]?.elements.first?["transcript"] == "Hello")
        let usage = stage.done?["usage"]
        #expect(usage?["input_tokens"] == 30 && usage?["output_tokens"] == 25 && usage?["total_tokens"] == 55)
        #expect(usage?["input_token_details"]?["audio_tokens"] == 20)
        #expect(usage?["input_token_details"]?["cached_tokens"] == 4)
        #expect(usage?["output_token_details"] == ["text_tokens": 5, "audio_tokens": 20])
    }

    @Test("a text turn: item, response.create, deltas without thoughts")
    func textTurn() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.client(LiveStage.item("hi"))
        stage.client(#"{"type":"response.create","response":{"metadata":{"k":"v"}}}"#)
        #expect(stage.types == ["conversation.item.added", "conversation.item.done"])
        let turn = stage.sent[0]["clientContent"]?["turns"]?.elements.first
        #expect(turn == ["role": "user", "parts": [["text": "hi"]]])
        stage.upstream(
            """
            {"serverContent":{"modelTurn":{"parts":[{"text":"hm","thought":true},{"text":"Good "},{"text":"day"}]},\
            "turnComplete":true,"generationComplete":true},"usageMetadata":{"promptTokenCount":3,"responseTokenCount":2}}
            """
        )
        #expect(stage.last("response.output_text.done")?["text"] == "Good day")
        #expect(stage.done?["metadata"] == ["k": "v"])
        #expect(stage.done?["usage"]?["total_tokens"] == 5)
        stage.client(#"{"type":"response.create","event_id":"e"}"#)
        #expect(stage.lastError == nil)
        stage.client(#"{"type":"response.create","event_id":"e2"}"#)
        #expect(stage.lastError?["code"] == "conversation_already_has_active_response")
        #expect(stage.lastError?["event_id"] == "e2")
    }

    @Test("items may be retrieved, not deleted; what was said is truncated with a word")
    func items() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.client(LiveStage.item("hi"))
        let id = stage.last("conversation.item.done")?["item"]?["id"]?.string ?? ""
        stage.client(["type": "conversation.item.retrieve", "item_id": .string(id)])
        #expect(stage.last("conversation.item.retrieved")?["item"]?["content"]?.elements.first?["text"] == "hi")
        stage.client(["type": "conversation.item.delete", "item_id": .string(id), "event_id": "d"])
        #expect(stage.lastError?["code"] == "unsupported_event" && stage.lastError?["event_id"] == "d")
        stage.client(["type": "conversation.item.truncate", "item_id": .string(id), "audio_end_ms": 5])
        #expect(stage.lastError?["code"] == "item_truncate_invalid_item_id")
        stage.upstream(#"{"serverContent":{"modelTurn":{"parts":[{"text":"ok"}]},"turnComplete":true}}"#)
        let answer = stage.done?["output"]?.elements.first?["id"] ?? .null
        stage.client(["type": "conversation.item.truncate", "item_id": answer, "audio_end_ms": 5, "content_index": 0])
        #expect(stage.last("conversation.item.truncated")?["audio_end_ms"] == 5)
    }

    @Test(
        "what the upstream cannot do is refused with a word (§15.1)",
        arguments: [
            (#"{"type":"response.create","response":{"conversation":"none"}}"#, "response.conversation"),
            (#"{"type":"response.create","response":{"instructions":"x"}}"#, "response.instructions"),
            (#"{"type":"response.create","response":{"input":[{}]}}"#, "response.input"),
            (
                #"{"type":"session.update","session":{"audio":{"output":{"voice":"sage"}}}}"#,
                "session.audio.output.voice"
            ),
            (#"{"type":"session.update","session":{"output_modalities":["text"]}}"#, "session.output_modalities"),
            (
                #"{"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}}"#,
                "session.audio.input.turn_detection"
            ),
            (#"{"type":"session.update","session":{"foo":1}}"#, "session.foo"),
            (#"{"type":"session.update","session":{"model":"other"}}"#, "session.model"),
        ]
    )
    func refuses(_ event: String, _ param: String) {
        var stage = LiveStage.ready()
        stage.client(event)
        #expect(stage.lastError?["param"]?.string == param)
        #expect(stage.sent.isEmpty)
    }

    @Test("later instructions and tools go upstream as they change, and in no response's way")
    func updates() {
        var stage = LiveStage.ready()
        stage.client(#"{"type":"session.update","session":{"type":"realtime","instructions":"New."}}"#)
        #expect(stage.sent == [["contextUpdate": ["systemInstruction": ["parts": [["text": "New."]]]]]])
        #expect(stage.types == ["session.updated"])
        stage.client(#"{"type":"session.update","session":{"tools":[{"type":"function","name":"g"}]}}"#)
        let tools = stage.sent.last?["contextUpdate"]?["tools"]?["tools"]
        #expect(tools?.elements.first?["functionDeclarations"]?.elements.first?["name"] == "g")
        stage.client(#"{"type":"session.update","session":{"instructions":"New.","output_modalities":["audio"]}}"#)
        #expect(stage.sent.count == 2 && stage.lastError == nil)
    }
}
