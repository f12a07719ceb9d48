import Dialects
import Testing

@testable import RealtimeTranslation

/// Answers that are spoken, sentence by sentence (protocol: realtime §7, §8).
@Suite struct ChatSessionSpeechTests {
    private static func scene(_ change: (inout ChatSessionDescription) -> Void = { _ in }) throws -> ChatScene {
        var scene = ChatScene {
            $0.voice = "alloy"
            change(&$0)
        }
        scene.user("Hi")
        try scene.respond()
        return scene
    }

    /// The answer's work, and works of its first sentences.
    private static let answer = ChatWork(number: 0)
    private static let first = ChatWork(number: 1)
    private static let second = ChatWork(number: 2)

    private static func spoken(_ scene: ChatScene) -> [String] {
        scene.asked.compactMap { action in
            if case .speak(_, let text, _, _) = action { text } else { nil }
        }
    }

    @Test func sentencesAreHeardInTheirOrder() throws {
        var scene = try Self.scene()
        #expect(scene.said.last?["response"]?["output_modalities"] == ["audio"])
        let begun = scene.hear(
            .text("This is the first. And this ", candidate: 0),
            .text("is the second.", candidate: 0),
            by: Self.answer
        )
        #expect(
            begun.types == [
                "response.output_item.added", "conversation.item.added", "response.content_part.added",
            ]
        )
        #expect(begun[2]["part"] == ["type": "audio", "transcript": ""])
        var usage = ChatUsage(promptTokens: 5, completionTokens: 9, totalTokens: 14)
        usage.reasoningTokens = 2
        #expect(scene.hear(.finished(.stop, candidate: 0), .usage(usage), .ended, by: Self.answer).isEmpty)
        #expect(Self.spoken(scene) == ["This is the first.", "And this is the second."])
        #expect(scene.hearSpeech([9, 9, 9, 9], by: Self.second).isEmpty)
        #expect(scene.hearSpeechEnd(by: Self.second).isEmpty)
        let heard = scene.hearSpeech(Array(repeating: 0, count: 4_800), by: Self.first)
        #expect(heard.types == ["response.output_audio_transcript.delta", "response.output_audio.delta"])
        #expect(heard[0]["delta"] == "This is the first. ")
        let told = scene.hearSpeechEnd(by: Self.first)
        #expect(
            told.types == [
                "response.output_audio_transcript.delta", "response.output_audio.delta",
                "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
                "conversation.item.done", "response.output_item.done", "response.done",
            ]
        )
        #expect(told[1]["delta"] == "CQkJCQ==")
        #expect(told[3]["transcript"] == "This is the first. And this is the second.")
        let response = try #require(scene.lastResponse)
        #expect(response["status"] == "completed")
        #expect(
            response["output"]?.elements.first?["content"] == [
                ["type": "output_audio", "transcript": "This is the first. And this is the second."]
            ]
        )
        #expect(response["usage"]?["output_token_details"] == ["text_tokens": 9, "audio_tokens": 2])
        #expect(response["usage"]?["output_tokens"] == 11)
        #expect(response["usage"]?["total_tokens"] == 16)
        #expect(scene.asked.last == .tellRates)
    }

    @Test func cancelStopsTheVoiceToo() throws {
        var scene = try Self.scene()
        scene.hear(.text("This is the first. And this is the second. ", candidate: 0), by: Self.answer)
        scene.hearSpeech([0, 0], by: Self.first)
        scene.send(["type": "response.cancel"])
        #expect(scene.cancelled == [Self.answer, Self.first, Self.second])
        #expect(scene.lastResponse?["status"] == "cancelled")
        let content = scene.lastResponse?["output"]?.elements.first?["content"]
        #expect(content == [["type": "output_audio", "transcript": "This is the first. "]])
        #expect(scene.hearSpeech([0, 0], by: Self.first).isEmpty)
        #expect(scene.hearSpeechEnd(by: Self.second).isEmpty)
        #expect(scene.hear(.text("x", candidate: 0), by: Self.answer).isEmpty)
    }

    @Test func cancelAfterTheLastWordStopsOnlyTheVoice() throws {
        var scene = try Self.scene()
        scene.hear(.text("All is said already.", candidate: 0), .ended, by: Self.answer)
        scene.send(["type": "response.cancel"])
        #expect(scene.cancelled == [Self.first])
        #expect(scene.lastResponse?["status"] == "cancelled")
    }

    @Test func aVoiceThatFailsFailsTheResponse() throws {
        var scene = try Self.scene()
        scene.hear(.text("This is the first. And this is the second. ", candidate: 0), by: Self.answer)
        scene.fail(ProviderError(code: "bad_gateway", message: "Hoarse."), by: Self.first)
        #expect(scene.cancelled == [Self.answer, Self.second])
        #expect(scene.lastResponse?["status"] == "failed")
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "bad_gateway")
    }

    @Test func callsDoNotWaitForTheVoice() throws {
        var scene = try Self.scene()
        scene.hear(.text("Let me look that up.", candidate: 0), by: Self.answer)
        let told = scene.hear(
            .toolCallStarted(ToolCallStart(index: 0, id: "c", name: "f"), candidate: 0),
            .ended,
            by: Self.answer
        )
        #expect(told.types.contains("response.function_call_arguments.done"))
        #expect(!told.types.contains("response.done"))
        scene.hearSpeech([0, 0], by: Self.first)
        scene.hearSpeechEnd(by: Self.first)
        #expect(scene.lastResponse?["output"]?.elements.map { $0["type"] } == ["message", "function_call"])
    }

    /// What has nothing to pronounce is shown and not spoken.
    @Test func marksAreNotSpoken() throws {
        var scene = try Self.scene()
        let told = scene.hear(.text("…", candidate: 0), .ended, by: Self.answer)
        #expect(Self.spoken(scene).isEmpty)
        #expect(told.first("response.output_audio_transcript.done")?["transcript"] == "…")
        #expect(scene.lastResponse?["status"] == "completed")
    }

    @Test func textModeIsSilent() throws {
        var scene = try Self.scene()
        scene.hear(.ended, by: Self.answer)
        let work = try scene.respond(["output_modalities": ["text"]])
        let told = scene.hear(.text("Written only, not spoken.", candidate: 0), .ended, by: work)
        #expect(told.types.contains("response.output_text.delta"))
        #expect(Self.spoken(scene).isEmpty)
    }

    @Test func theVoiceIsTheClients() throws {
        var scene = ChatScene { $0.voice = "alloy" }
        let output: JSONValue = [
            "voice": ["id": "voice_1"], "format": ["type": "audio/pcmu"],
        ]
        scene.send([
            "type": "session.update", "session": ["type": "realtime", "audio": ["output": ["speed": 1.25]]],
        ])
        let work = try scene.respond(["audio": ["output": output]])
        scene.hear(.text("A whole sentence.", candidate: 0), .ended, by: work)
        let speak = scene.asked.last
        #expect(speak == .speak(ChatWork(number: 1), text: "A whole sentence.", voice: "voice_1", speed: 1.25))
        let told = scene.hearSpeech([0, 0, 0, 0, 0, 0], by: ChatWork(number: 1))
        #expect(told.last?["delta"] == "/w==")
    }

    // MARK: Cutting off

    @Test func truncationForgetsWhatWasNotHeard() throws {
        var scene = try Self.scene()
        scene.hear(.text("One two three four.", candidate: 0), .ended, by: Self.answer)
        scene.hearSpeech(Array(repeating: 0, count: 48_000), by: Self.first)
        scene.hearSpeechEnd(by: Self.first)
        let id = try #require(scene.lastResponse?["output"]?.elements.first?["id"])
        func cut(_ scene: inout ChatScene, _ end: JSONValue) -> [JSONValue] {
            scene.send([
                "type": "conversation.item.truncate", "item_id": id, "content_index": 0, "audio_end_ms": end,
            ])
        }
        _ = cut(&scene, 1_001)
        #expect(scene.lastError?["param"] == "audio_end_ms")
        _ = cut(&scene, -1)
        #expect(scene.lastError?["param"] == "audio_end_ms")
        let told = cut(&scene, 500)
        #expect(told.types == ["conversation.item.truncated"])
        #expect(told[0]["audio_end_ms"] == 500)
        let item = scene.send(["type": "conversation.item.retrieve", "item_id": id])[0]["item"]
        #expect(item?["content"] == [["type": "output_audio", "transcript": "One two"]])
    }

    @Test func onlySpeechCanBeCut() throws {
        var scene = try Self.scene()
        scene.user("x", id: "u")
        scene.send([
            "type": "conversation.item.truncate", "item_id": "u", "content_index": 0, "audio_end_ms": 0,
            "event_id": "e",
        ])
        #expect(scene.lastError?["code"] == "item_truncate_invalid_item_id")
        #expect(scene.lastError?["event_id"] == "e")
    }

    // MARK: Bounds

    @Test func waitingSentencesAreBounded() throws {
        var scene = try Self.scene {
            $0.limits.sentences = 2
            $0.limits.sentenceBytes = 60
        }
        for _ in 0..<20 { scene.hear(.text("This is a sentence. ", candidate: 0), by: Self.answer) }
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "speech_queue_full")
        #expect(scene.cancelled == [Self.answer, Self.first, Self.second])
    }

    @Test func heldSpeechIsBounded() throws {
        var scene = try Self.scene { $0.limits.audioBytes = 100 }
        scene.hear(.text("This is the first. And this is the second. ", candidate: 0), by: Self.answer)
        scene.hearSpeech(Array(repeating: 0, count: 60), by: Self.second)
        scene.hearSpeech(Array(repeating: 0, count: 60), by: Self.second)
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "speech_too_long")
    }

    @Test func longSpeechIsToldInPieces() throws {
        var scene = try Self.scene()
        scene.hear(.text("A whole sentence.", candidate: 0), .ended, by: Self.answer)
        let told = scene.hearSpeech(Array(repeating: 0, count: 200_000), by: Self.first)
        #expect(told.types.count { $0 == "response.output_audio.delta" } == 3)
    }
}
