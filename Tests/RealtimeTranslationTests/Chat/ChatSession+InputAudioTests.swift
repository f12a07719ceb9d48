import Dialects
import Testing

@testable import RealtimeTranslation

/// Push-to-talk: audio in, a transcript for the model (protocol: realtime §4, §5, §7, §8).
@Suite struct ChatSessionInputAudioTests {
    private static func scene(_ change: (inout ChatSessionDescription) -> Void = { _ in }) -> ChatScene {
        ChatScene {
            $0.transcriptionModel = "ears"
            change(&$0)
        }
    }

    private static func base64(_ count: Int) -> JSONValue {
        .string(String(decoding: Base64Text.encode(Array(repeating: 0, count: count)), as: UTF8.self))
    }

    /// Appends so many milliseconds of PCM and commits them; returns the work, if there is any.
    @discardableResult
    private static func speak(_ milliseconds: Int, to scene: inout ChatScene) -> ChatWork? {
        scene.send(["type": "input_audio_buffer.append", "audio": base64(milliseconds * 48)])
        scene.send(["type": "input_audio_buffer.commit"])
        guard case .transcribe(let work, _, _, _)? = scene.asked.last else { return nil }
        return work
    }

    @Test func deafSessionsNameTheConfiguration() {
        var scene = ChatScene()
        for type in ["append", "commit"] {
            scene.send(["type": .string("input_audio_buffer.\(type)"), "event_id": "e", "audio": "AAAA"])
        }
        for error in scene.said.compactMap({ $0["error"] }).prefix(1) {
            #expect(error["code"] == "unsupported_value")
            #expect(error["message"]?.string?.contains("speech.transcription") == true)
            #expect(error["event_id"] == "e")
        }
        #expect(scene.send(["type": "input_audio_buffer.clear"]).types == ["input_audio_buffer.cleared"])
    }

    @Test func committedAudioBecomesTextOfTheUser() throws {
        var scene = Self.scene()
        scene.send([
            "type": "session.update",
            "session": [
                "type": "realtime", "audio": ["input": ["transcription": ["language": "de", "prompt": "Hm"]]],
            ],
        ])
        #expect(scene.send(["type": "input_audio_buffer.append", "audio": Self.base64(4_800)]).isEmpty)
        let told = scene.send(["type": "input_audio_buffer.commit"])
        #expect(
            told.types == ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"]
        )
        let id = try #require(told[0]["item_id"])
        #expect(told[1]["item"]?["id"] == id)
        #expect(told[1]["item"]?["content"] == [["type": "input_audio", "transcript": nil]])
        guard case .transcribe(let work, let file, let language, let prompt)? = scene.asked.last else {
            Issue.record("nothing to transcribe")
            return
        }
        #expect(file.count == 44 + 4_800)
        #expect((language, prompt) == ("de", "Hm"))
        let heard = scene.hearText("Guten Tag", by: work)
        #expect(heard.types == ["conversation.item.input_audio_transcription.completed"])
        #expect(heard[0]["item_id"] == id)
        #expect(heard[0]["content_index"] == 0)
        #expect(heard[0]["transcript"] == "Guten Tag")
        #expect(heard[0]["usage"] == ["type": "duration", "seconds": 0.1])
        try scene.respond()
        #expect(scene.requests.last?.messages == [GenerationMessage(.user, [.text("Guten Tag")])])
    }

    @Test func tellsWhatTheProviderCounted() throws {
        var scene = Self.scene()
        let work = try #require(Self.speak(200, to: &scene))
        let usage = TranscriptionUsage.tokens(input: 14, output: 3, inputText: 4, inputAudio: 10)
        let told = scene.hearText("x", usage: usage, by: work)
        #expect(
            told[0]["usage"] == [
                "type": "tokens", "total_tokens": 17, "input_tokens": 14, "output_tokens": 3,
                "input_token_details": ["text_tokens": 4, "audio_tokens": 10],
            ]
        )
        #expect(scene.hearText("again", by: work).isEmpty)
    }

    @Test func aResponseWaitsForTheTranscript() throws {
        var scene = Self.scene()
        let work = try #require(Self.speak(200, to: &scene))
        #expect(scene.ask() == nil)
        #expect(scene.said.last?["type"] == "response.created")
        scene.hearText("Now", by: work)
        #expect(scene.requests.last?.messages == [GenerationMessage(.user, [.text("Now")])])
        guard case .generate(let answer, _)? = scene.asked.last else { return }
        scene.hear(.text("Yes", candidate: 0), .ended, by: answer)
        #expect(scene.lastResponse?["status"] == "completed")
    }

    @Test func aWaitingResponseCanBeCancelled() throws {
        var scene = Self.scene()
        let work = try #require(Self.speak(200, to: &scene))
        _ = scene.ask()
        scene.send(["type": "response.cancel"])
        #expect(scene.lastResponse?["status"] == "cancelled")
        #expect(scene.cancelled.isEmpty)
        scene.hearText("late", by: work)
        #expect(scene.requests.isEmpty)
    }

    @Test func aFailedTranscriptionFailsWhatWaitsForIt() throws {
        var scene = Self.scene()
        let work = try #require(Self.speak(200, to: &scene))
        _ = scene.ask()
        let told = scene.fail(ProviderError(type: "server_error", code: "bad_gateway", message: "No."), by: work)
        #expect(told.types == ["conversation.item.input_audio_transcription.failed", "response.done"])
        #expect(told[0]["error"]?["message"] == "No.")
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "transcription_failed")
        #expect(scene.ask() == nil)
        #expect(scene.lastResponse?["status"] == "failed")
        let id = try #require(told[0]["item_id"])
        scene.send(["type": "conversation.item.delete", "item_id": id])
        #expect(scene.ask() != nil)
    }

    @Test func deletingStopsTheTranscription() throws {
        var scene = Self.scene()
        let work = try #require(Self.speak(200, to: &scene))
        let id = try #require(scene.said.last?["item"]?["id"])
        _ = scene.ask()
        scene.send(["type": "conversation.item.delete", "item_id": id])
        #expect(scene.cancelled == [work])
        #expect(scene.requests.count == 1)
    }

    @Test func itemsMayBringAudio() throws {
        var scene = Self.scene()
        let part: JSONValue = ["type": "input_audio", "audio": Self.base64(9_600)]
        let item: JSONValue = [
            "type": "message", "role": "user", "content": [["type": "input_text", "text": "Listen:"], part],
        ]
        scene.send(["type": "conversation.item.create", "item": item])
        guard case .transcribe(let work, _, _, _)? = scene.asked.last else {
            Issue.record("nothing to transcribe")
            return
        }
        let told = scene.hearText("la la", by: work)
        #expect(told[0]["content_index"] == 1)
        try scene.respond()
        #expect(scene.requests.last?.messages == [GenerationMessage(.user, [.text("Listen:"), .text("la la")])])
    }

    /// A response refers to audio; it brings none.
    @Test func responsesRefer() throws {
        var scene = Self.scene()
        let work = try #require(Self.speak(200, to: &scene))
        let id = try #require(scene.said.last?["item"]?["id"])
        let part: JSONValue = ["type": "input_audio", "audio": Self.base64(9_600)]
        let item: JSONValue = ["type": "message", "role": "user", "content": [part]]
        #expect(scene.ask(["conversation": "none", "input": [item]]) == nil)
        #expect(scene.lastError?["message"]?.string?.contains("refer to that") == true)
        let reference: JSONValue = ["type": "item_reference", "id": id]
        #expect(scene.ask(["conversation": "none", "input": [reference]]) == nil)
        scene.hearText("Now", by: work)
        #expect(scene.requests.last?.messages == [GenerationMessage(.user, [.text("Now")])])
    }

    // MARK: Bounds

    @Test func shortAndEmptyCommitsAreRefused() {
        var scene = Self.scene()
        scene.send(["type": "input_audio_buffer.commit"])
        #expect(scene.lastError?["code"] == "input_audio_buffer_commit_empty")
        Self.speak(99, to: &scene)
        #expect(scene.lastError?["code"] == "input_audio_buffer_commit_empty")
        Self.speak(1, to: &scene)
        #expect(scene.said.last?["type"] == "conversation.item.done")
    }

    @Test func theBufferIsBounded() {
        var scene = Self.scene { $0.limits.audioBytes = 100 }
        scene.send(["type": "input_audio_buffer.append", "audio": Self.base64(100)])
        scene.send(["type": "input_audio_buffer.append", "event_id": "e", "audio": "AAAA"])
        #expect(scene.lastError?["code"] == "input_audio_buffer_full")
        #expect(scene.lastError?["event_id"] == "e")
        scene.send(["type": "input_audio_buffer.clear"])
        #expect(scene.send(["type": "input_audio_buffer.append", "audio": "AAAA"]).isEmpty)
        scene.send(["type": "input_audio_buffer.append", "audio": "no base64!"])
        #expect(scene.lastError?["param"] == "audio")
    }

    @Test func transcriptionsAreBounded() {
        var scene = Self.scene { $0.limits.transcriptions = 1 }
        Self.speak(100, to: &scene)
        Self.speak(100, to: &scene)
        #expect(scene.lastError?["code"] == "too_many_transcriptions")
        scene.send(["type": "input_audio_buffer.clear"])
        #expect(scene.asked.count == 1)
    }

    @Test func audioOfAnItemIsBounded() {
        var scene = Self.scene { $0.limits.audioBytes = 100 }
        let part: JSONValue = ["type": "input_audio", "audio": Self.base64(101)]
        let item: JSONValue = ["type": "message", "role": "user", "content": [part]]
        scene.send(["type": "conversation.item.create", "item": item])
        #expect(scene.lastError?["code"] == "audio_too_large")
        #expect(scene.asked.isEmpty)
    }

    /// A transcript takes room, too.
    @Test func transcriptsAreBounded() throws {
        var scene = Self.scene { $0.limits.historyBytes = 1_000 }
        let work = try #require(Self.speak(100, to: &scene))
        let told = scene.hearText(String(repeating: "x", count: 1_000), by: work)
        #expect(told.types == ["conversation.item.input_audio_transcription.failed"])
        #expect(told[0]["error"]?["code"] == "conversation_too_large")
    }

    @Test func telephoneAudioIsShorter() {
        var scene = Self.scene()
        let format: JSONValue = ["audio": ["input": ["format": ["type": "audio/pcmu"]]], "type": "realtime"]
        scene.send(["type": "session.update", "session": format])
        scene.send(["type": "input_audio_buffer.append", "audio": Self.base64(800)])
        let other: JSONValue = ["audio": ["input": ["format": ["type": "audio/pcma"]]], "type": "realtime"]
        scene.send(["type": "session.update", "session": other])
        #expect(scene.lastError?["param"] == "session.audio.input.format")
        scene.send(["type": "input_audio_buffer.commit"])
        guard case .transcribe(_, let file, _, _)? = scene.asked.last else {
            Issue.record("nothing to transcribe")
            return
        }
        #expect(file.count == 44 + 1_600)
    }
}
