// Protocol reference §3, §4 and §11: what the talk sends, in both shapes.

import RTCatCore
import Testing

@Suite struct ClientEventTests {
    private static func update(_ change: (inout TalkPlan) -> Void) throws -> JSONObject {
        var plan = TalkPlan()
        change(&plan)
        let driver = TalkDriver(plan)
        return try #require(driver.open().event("session.update")?.object("session"))
    }

    @Test func saysOnlyWhatThePlanSays() throws {
        let session = try Self.update { _ in }
        #expect(session.string("type") == "realtime")
        #expect(session.contains("output_modalities"))
        for name in ["instructions", "tools", "audio", "modalities", "voice"] { #expect(!session.contains(name)) }
    }

    @Test func nestsAudioInTheNewShape() throws {
        let session = try Self.update {
            $0.voice = "marin"
            $0.transcriber = "whisper-1"
            $0.instructions = "Be brief"
            $0.disablesDetection = true
        }
        let audio = try #require(session.object("audio"))
        #expect(audio.object("output")?.string("voice") == "marin")
        #expect(audio.object("input")?.object("transcription")?.string("model") == "whisper-1")
        #expect(audio.object("input")?.contains("turn_detection") == true)
        #expect(audio.object("input")?.object("turn_detection") == nil)
        #expect(session.string("instructions") == "Be brief")
    }

    @Test func staysFlatInTheBetaShape() throws {
        let session = try Self.update {
            $0.shape = .beta
            $0.voice = "alloy"
            $0.transcriber = "whisper-1"
            $0.modality = .audio
        }
        #expect(!session.contains("type") && !session.contains("audio") && !session.contains("output_modalities"))
        #expect(session.string("voice") == "alloy")
        #expect(session.object("input_audio_transcription")?.string("model") == "whisper-1")
        #expect(session.contains("modalities"))
    }

    @Test func declaresTools() throws {
        let session = try Self.update { $0.tools = [TalkTool("f=1"), TalkTool("g=2")].compactMap { $0 } }
        let tools = session.objects("tools")
        #expect(tools.map { $0.string("name") } == ["f", "g"])
        #expect(tools.allSatisfy { $0.string("type") == "function" && $0.object("parameters") != nil })
    }

    @Test func wrapsTextAndGivesEachEventItsOwnID() throws {
        let driver = TalkDriver(TalkPlan())
        driver.open()
        let actions = driver.say("Say \"hi\"\n")
        #expect(actions.sent == ["conversation.item.create", "response.create"])
        let item = try #require(actions.event("conversation.item.create")?.object("item"))
        #expect(item.string("role") == "user")
        #expect(item.objects("content").first?.string("text") == "Say \"hi\"\n")
        let ids = ["conversation.item.create", "response.create"].map { actions.event($0)?.string("event_id") }
        #expect(ids[0] != nil && ids[0] != ids[1])
    }

    @Test func appendsAudioAsBase64() throws {
        var plan = TalkPlan()
        plan.isPaced = false
        let driver = TalkDriver(plan)
        driver.open()
        let event = try #require(driver.speak(SpeechAudio(bytes: [0, 1, 2, 253])).event("input_audio_buffer.append"))
        #expect(event.string("audio") == "AAEC/Q==")
    }
}
