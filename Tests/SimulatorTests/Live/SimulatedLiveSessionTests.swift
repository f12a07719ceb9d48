// A simulated Gemini Live session (protocol: realtime §14).

import Dialects
import Testing

@testable import Simulator

@Suite("Simulated Gemini Live session")
struct SimulatedLiveSessionTests {
    @Test("the setup is answered, in binary messages, and a turn told whole (§14.3)")
    func textTurn() throws {
        var client = ScriptedLiveClient([:])
        #expect(client.messages.first?["setupComplete"]?["sessionId"]?.string?.isEmpty == false)
        client.ask("say exactly: one two three")
        let told = client.run()
        #expect(told.written == "one two three")
        #expect(told.contents("generationComplete") == [true] && told.contents("turnComplete") == [true])
        let usage = try #require(told.liveUsage)
        let counts = ["promptTokenCount", "responseTokenCount", "totalTokenCount"].map { usage[$0]?.integer ?? 0 }
        #expect(counts == [TokenCount.text("say exactly: one two three"), TokenCount.text("one two three"), 11])
        #expect(usage["responseTokensDetails"] == [["modality": "TEXT", "tokenCount": 4]])
        for case .send in client.outputs { Issue.record("the provider's messages are binary") }
    }

    @Test("names in snake case are the same names (§14.2)")
    func snakeCase() {
        var client = ScriptedLiveClient()
        client.send(
            text: #"{"setup":{"model":"models/sim-live","generation_config":{"response_modalities":["TEXT"]}}}"#
        )
        client.send(text: #"{"client_content":{"turns":[{"parts":[{"text":"2 + 3"}]}],"turn_complete":true}}"#)
        #expect(client.run().written.contains("2 + 3 = 5"))
    }

    @Test("an answer aloud has sound, its words where they are wanted, and audio tokens")
    func spokenTurn() {
        var client = ScriptedLiveClient([
            "generationConfig": ["responseModalities": ["AUDIO"]], "outputAudioTranscription": [:],
        ])
        client.ask("say exactly: good morning")
        let told = client.run()
        let sound = told.contents("modelTurn").compactMap { $0["parts"]?.elements.first?["inlineData"] }
        #expect(sound.count == 2 && sound.allSatisfy { $0["mimeType"] == "audio/pcm;rate=24000" })
        #expect(told.contents("outputTranscription").compactMap { $0["text"]?.string }.joined() == "good morning")
        #expect(told.liveUsage?["responseTokensDetails"]?.elements.first?["modality"] == "AUDIO")
    }

    @Test("speech is found, transcribed, answered; more of it interrupts")
    func speech() {
        var client = ScriptedLiveClient(["inputAudioTranscription": [:]])
        client.speak(ScriptedClient.utterance)
        var told: [JSONValue] = []
        while told.written != "I heard", client.session.turn != nil { told += client.step() }
        let words = told.contents("inputTranscription").compactMap { $0["text"]?.string }.joined()
        #expect(words.contains("seconds"))
        #expect(told.contents("inputTranscription").last?["finished"] == true)
        let interrupted = client.speak(ScriptedClient.utterance)
        #expect(interrupted.contents("interrupted") == [true] && interrupted.contents("turnComplete") == [true])
        #expect(client.run().contents("turnComplete") == [true])
    }

    @Test("sound of another rate is as long as it is", arguments: [8_000, 16_000, 24_000, 48_000])
    func rates(rate: Int) {
        let second = [UInt8](repeating: 0x11, count: rate * 2)
        #expect(abs(LiveAudio.resampled(second, from: rate).count - 48_000) <= 4)
    }

    @Test("with detection off the client says when the user speaks")
    func activities() {
        let off: JSONValue = ["realtimeInputConfig": ["automaticActivityDetection": ["disabled": true]]]
        var client = ScriptedLiveClient(off)
        client.speak(ScriptedClient.utterance)
        #expect(client.run(seconds: 5).isEmpty)
        client.send(["realtimeInput": ["activityStart": [:]]])
        client.speak(ScriptedClient.utterance)
        client.send(["realtimeInput": ["activityEnd": [:]]])
        #expect(client.run().written.hasPrefix("I heard"))
        var other = ScriptedLiveClient([:])
        other.send(["realtimeInput": ["activityStart": [:]]])
        #expect(other.close?.code == 1_007)
    }

    @Test("words that come as they are typed are answered, pictures described")
    func realtimeText() {
        var client = ScriptedLiveClient([:])
        client.send(["realtimeInput": ["text": "say exactly: hello"]])
        #expect(client.run().written == "hello")
        client.send(["realtimeInput": ["video": ["data": "R0lGODlhAQABAAAAACw=", "mimeType": "image/gif"]]])
        client.send(["realtimeInput": ["text": "what is this"]])
        #expect(client.run().written.contains("GIF, 1 × 1 pixels"))
    }

    @Test("a function is called, its result told; who goes on instead has the call cancelled")
    func calls() throws {
        let tool: JSONValue = [
            "name": "get_weather",
            "parameters": ["type": "OBJECT", "properties": ["city": ["type": "STRING"]], "required": ["city"]],
        ]
        var client = ScriptedLiveClient(["tools": [["functionDeclarations": [tool]]]])
        client.ask("What is the weather in Paris?")
        let told = client.run()
        let calls = told.compactMap { $0["toolCall"]?["functionCalls"]?.elements.first }
        let call = try #require(calls.first)
        #expect(call["name"] == "get_weather" && call["args"] == ["city": "Paris"])
        #expect(told.contents("turnComplete").isEmpty && told.liveUsage != nil)
        let id = try #require(call["id"])
        client.send([
            "toolResponse": ["functionResponses": [["id": id, "name": "get_weather", "response": ["output": "sunny"]]]]
        ])
        #expect(client.run().written.contains("get_weather answered: sunny"))
        client.ask("weather in Rome?")
        client.run()
        #expect(client.ask("say exactly: never mind").contains { $0["toolCallCancellation"] != nil })
        #expect(client.run().written == "never mind")
    }

    @Test("a handle takes the conversation up on another connection; a strange one does not")
    func resumption() throws {
        let memories = LiveMemories()
        var client = ScriptedLiveClient(["sessionResumption": [:]], memories: memories)
        client.ask("say exactly: a")
        client.run()
        let handles = client.messages.compactMap { $0["sessionResumptionUpdate"]?["newHandle"]?.string }
        let handle = try #require(handles.last)
        var next = ScriptedLiveClient(["sessionResumption": ["handle": .string(handle)]], memories: memories, seed: 8)
        #expect(next.session.conversation == client.session.conversation)
        next.ask("say exactly: b")
        #expect((next.run().liveUsage?["promptTokenCount"]?.integer ?? 0) > TokenCount.text("say exactly: b"))
        let strange = ScriptedLiveClient(["sessionResumption": ["handle": "x"]], memories: memories)
        #expect(strange.close?.code == 1_008)
    }

    @Test("a connection is told to go, and ends: after ten minutes, or when its model's name says (§14.4)")
    func goAway() {
        var client = ScriptedLiveClient([:])
        #expect(client.run(seconds: 541) == [["goAway": ["timeLeft": "60s"]]])
        #expect(client.close == nil)
        client.run(seconds: 60)
        #expect(client.close?.code == 1_011)
        var early = ScriptedLiveClient([:], model: "sim-go-away-3")
        #expect(early.run(seconds: 4) == [["goAway": ["timeLeft": "2s"]]])
    }

    @Test("what makes no sense ends the session, with the reason (§14.4)")
    func closes() {
        for (message, code) in [
            (#"{"clientContent":{}}"#, 1_007), ("nonsense", 1_007), (#"{"setup":{"model":"models/none"}}"#, 1_008),
            (#"{"setup":{"model":"models/sim-live","nonsense":1}}"#, 1_007),
            (#"{"setup":{"model":"sim-live","generationConfig":{"responseModalities":["TEXT","AUDIO"]}}}"#, 1_007),
            (#"{"setup":{"model":"sim-refuse-403"}}"#, 1_008), (#"{"setup":{"model":"sim-refuse-429"}}"#, 1_011),
        ] {
            var client = ScriptedLiveClient()
            client.send(text: message)
            #expect(client.close?.code == UInt16(code), "\(message)")
            let reason = client.close?.reason ?? ""
            #expect(!reason.isEmpty && client.session.nextDeadline == nil)
        }
        var twice = ScriptedLiveClient([:])
        twice.send(["setup": ["model": "sim-live"]])
        #expect(twice.close?.code == 1_007)
    }

    @Test(
        "faults strike half-way",
        arguments: ["sim-stall-mid-turn", "sim-drop-mid-turn", "sim-close-4321", "sim-garbage", "sim-fail-turn"]
    )
    func faults(model: String) {
        var client = ScriptedLiveClient([:], model: model)
        client.ask("say exactly: one two three four")
        let told = client.run()
        #expect(told.written == "one two" && told.contents("turnComplete").isEmpty)
        #expect(client.session.nextDeadline == nil)
    }

    @Test("other odd models: no usage, text messages, an echo, an end after the first turn")
    func oddModels() {
        var silent = ScriptedLiveClient([:], model: "sim-no-usage")
        silent.ask("hi")
        #expect(silent.run().liveUsage == nil)
        let text = ScriptedLiveClient([:], model: "sim-binary")
        #expect(text.outputs.contains { if case .send = $0 { true } else { false } })
        var echo = ScriptedLiveClient([:], model: "sim-echo")
        #expect(echo.send(["realtimeInput": [:]]) == [["realtimeInput": [:]]])
        var expiring = ScriptedLiveClient([:], model: "sim-expire")
        expiring.ask("hi")
        #expect(expiring.run(seconds: 10).last == ["goAway": ["timeLeft": "2s"]])
        #expect(expiring.close?.code == 1_011)
    }

    @Test("the context can be changed on the way")
    func contextUpdate() {
        var client = ScriptedLiveClient([:])
        client.send(text: #"{"context_update":{"system_instruction":{"parts":[{"text":"four byte words"}]}}}"#)
        #expect(client.session.setup?.instructions == "four byte words")
    }
}
