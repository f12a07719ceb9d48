// Audio in (realtime reference §8): turn detection, manual commit, barge-in, transcription.

import Dialects
import Testing

@testable import Simulator

@Suite("Realtime input audio")
struct SimulatedRealtimeSessionInputAudioTests {
    @Test("§8: server VAD hears an utterance, commits it and answers")
    func answersSpeech() throws {
        var client = ScriptedClient()
        let heard = client.append(ScriptedClient.utterance)
        #expect(
            heard.types == [
                "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
                "response.created",
            ]
        )
        let ids = heard.compactMap { $0["item_id"]?.string ?? $0["item"]?["id"]?.string }
        #expect(Set(ids).count == 1)
        let start = try #require(heard.first?["audio_start_ms"]?.integer)
        let end = try #require(heard[1]["audio_end_ms"]?.integer)
        #expect((300...700).contains(start))
        #expect(end > start)
        let events = client.run()
        let transcript = events.joined("response.output_audio_transcript.delta")
        #expect(transcript.contains("seconds of audio"))
        let usage = events.first("response.done")?["response"]?["usage"]
        #expect(usage?["input_token_details"]?["audio_tokens"]?.integer ?? 0 > 5)
        #expect(usage?["output_token_details"]?["audio_tokens"]?.integer ?? 0 > 5)
    }

    @Test("The events do not depend on how the audio was cut", arguments: [1_000, 4_801, 10_000_000])
    func ignoresCuts(_ length: Int) {
        var reference = ScriptedClient()
        var client = ScriptedClient()
        #expect(client.append(ScriptedClient.utterance, every: length) == reference.append(ScriptedClient.utterance))
    }

    @Test("§8: without detection the client commits, and nothing answers by itself")
    func commitsManually() {
        var client = ScriptedClient()
        client.send([
            "type": "session.update", "session": ["type": "realtime", "audio": ["input": ["turn_detection": nil]]],
        ])
        #expect(client.append(ScriptedClient.utterance).isEmpty)
        let events = client.send(["type": "input_audio_buffer.commit"])
        #expect(
            events.types == ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"]
        )
        #expect(client.run().isEmpty)
        client.append(ScriptedClient.utterance)
        #expect(client.send(["type": "input_audio_buffer.clear"]).types == ["input_audio_buffer.cleared"])
        let empty = client.send(["type": "input_audio_buffer.commit"])
        #expect(empty.first?["error"]?["code"] == "input_audio_buffer_commit_empty")
    }

    @Test("§4: less than 100 ms are not committed")
    func refusesShortCommit() {
        var client = ScriptedClient()
        client.send([
            "type": "session.update", "session": ["type": "realtime", "audio": ["input": ["turn_detection": nil]]],
        ])
        client.append([UInt8](repeating: 0, count: 99 * 48))
        #expect(client.send(["type": "input_audio_buffer.commit"]).types == ["error"])
        client.append([UInt8](repeating: 0, count: 48))
        #expect(client.send(["type": "input_audio_buffer.commit"]).first?["type"] == "input_audio_buffer.committed")
    }

    @Test("§8: speech while a response runs cancels it, unless told not to", arguments: [true, false])
    func interrupts(_ interrupts: Bool) {
        var client = ScriptedClient()
        let detection: JSONValue = ["type": "server_vad", "interrupt_response": .bool(interrupts)]
        client.send([
            "type": "session.update",
            "session": ["type": "realtime", "audio": ["input": ["turn_detection": detection]]],
        ])
        client.say("tell me something long")
        client.send(["type": "response.create"])
        client.step()
        client.step()
        let heard = client.append(ScriptedClient.utterance)
        let done = heard.first("response.done")?["response"]
        #expect((done != nil) == interrupts)
        #expect(done?["status"] == (interrupts ? "cancelled" : nil))
        #expect(done?["status_details"]?["reason"] == (interrupts ? "turn_detected" : nil))
        #expect(heard.types.count { $0 == "response.created" } == (interrupts ? 1 : 0))
    }

    @Test("create_response false: heard, not answered")
    func staysSilent() {
        var client = ScriptedClient()
        let detection: JSONValue = ["type": "server_vad", "create_response": false]
        client.send([
            "type": "session.update",
            "session": ["type": "realtime", "audio": ["input": ["turn_detection": detection]]],
        ])
        let heard = client.append(ScriptedClient.utterance)
        #expect(heard.types.contains("input_audio_buffer.committed"))
        #expect(!heard.types.contains("response.created"))
    }

    @Test("§5: with transcription set, deltas and a completion with usage follow the commit")
    func transcribes() {
        var client = ScriptedClient()
        client.send([
            "type": "session.update",
            "session": [
                "type": "realtime",
                "audio": ["input": ["transcription": ["model": "whisper-1"], "turn_detection": nil]],
            ],
        ])
        client.append(ScriptedClient.utterance)
        client.send(["type": "input_audio_buffer.commit"])
        let events = client.run()
        let prefix = "conversation.item.input_audio_transcription"
        #expect(events.order == ["\(prefix).delta", "\(prefix).completed"])
        let completed = events.first("\(prefix).completed")
        #expect(completed?["transcript"]?.string == events.joined("\(prefix).delta"))
        #expect(completed?["usage"]?["type"] == "duration")
    }

    @Test("A transcription session transcribes and never answers")
    func transcribesOnly() {
        var client = ScriptedClient(model: "sim-transcribe", isTranscription: true)
        let heard = client.append(ScriptedClient.utterance)
        #expect(heard.types.last == "conversation.item.done")
        let completed = client.run().first("conversation.item.input_audio_transcription.completed")
        #expect(completed?["usage"]?["type"] == "tokens")
        #expect(client.send(["type": "response.create"]).types == ["error"])
    }

    @Test("G.711 input is heard as well", arguments: [SimulatedAudioFormat.muLaw, .aLaw])
    func hearsG711(_ format: SimulatedAudioFormat) {
        var client = ScriptedClient()
        client.send([
            "type": "session.update",
            "session": ["type": "realtime", "audio": ["input": ["format": format.json]]],
        ])
        let voice = SpeechSynthesizer(format: format, voice: "cedar", speed: 1)
        let silence = format.encode([Float](repeating: 0, count: 8_000))
        let heard = client.append(silence + ["good", " morning"].flatMap(voice.audio) + silence)
        #expect(heard.types.contains("input_audio_buffer.speech_stopped"))
    }
}
