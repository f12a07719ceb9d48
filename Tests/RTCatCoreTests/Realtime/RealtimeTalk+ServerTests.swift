// Answers: text, sound, transcripts, function calls and their measurements; protocol reference §5, §8, §11.

import RTCatCore
import Testing

@Suite struct RealtimeTalkServerTests {
    private static func driver(_ change: (inout TalkPlan) -> Void = { _ in }) -> TalkDriver {
        var plan = TalkPlan()
        change(&plan)
        let driver = TalkDriver(plan)
        driver.open()
        driver.say("x")
        driver.hear(#"{"type":"response.created","response":{"id":"r1"}}"#)
        return driver
    }

    private static func delta(_ type: String, _ delta: String) -> String {
        #"{"type":"\#(type)","response_id":"r1","item_id":"i1","content_index":0,"delta":"\#(delta)"}"#
    }

    @Test(arguments: [
        ("response.output_text", "text"), ("response.text", "text"),
        ("response.output_audio_transcript", "transcript"), ("response.audio_transcript", "transcript"),
    ])
    func putsTextTogether(_ type: String, _ field: String) {
        let driver = Self.driver()
        var spoken = driver.hear(Self.delta(type + ".delta", "Hel")).spoken
        spoken += driver.hear(Self.delta(type + ".delta", "lo")).spoken
        let done = #"{"type":"\#(type).done","response_id":"r1","item_id":"i1","content_index":0,"\#(field)":"Hello"}"#
        spoken += driver.hear(done).spoken
        #expect(spoken == "Hello|")
    }

    @Test func showsTextThatComesWhole() {
        let driver = Self.driver()
        let done = #"{"type":"response.output_text.done","response_id":"r1","item_id":"i1","text":"All"}"#
        #expect(driver.hear(done).spoken == "All|")
    }

    @Test func aServerThatSaysEverythingTwiceIsHeardOnce() {
        let driver = Self.driver()
        var spoken = driver.hear(Self.delta("response.text.delta", "a")).spoken
        spoken += driver.hear(Self.delta("response.output_text.delta", "a")).spoken
        spoken += driver.hear(Self.delta("response.text.delta", "b")).spoken
        #expect(spoken == "ab")
    }

    @Test func disarmsTheAnswer() {
        let driver = Self.driver()
        #expect(driver.hear(Self.delta("response.output_text.delta", #"\u001b[2J"#)).spoken == "␛[2J")
    }

    @Test(arguments: ["response.output_audio.delta", "response.audio.delta"])
    func playsSound(_ type: String) {
        let driver = Self.driver()
        driver.pass(milliseconds: 150)
        #expect(driver.hear(Self.delta(type, "AAEC/Q==")) == [.play([0, 1, 2, 253])])
        #expect(driver.hear(Self.delta(type, "no base64!")).problems.count == 1)
    }

    @Test func measuresFromTheQuestion() throws {
        let driver = Self.driver()
        driver.pass(milliseconds: 120)
        driver.hear(Self.delta("response.output_audio_transcript.delta", "a"))
        driver.pass(milliseconds: 30)
        let second = [UInt8](repeating: 0, count: 48_000)
        driver.hear(Self.delta("response.output_audio.delta", Self.base64(second)))
        driver.hear(Self.delta("response.output_audio.delta", Self.base64(second)))
        driver.pass(milliseconds: 500)
        let actions = driver.hear(
            #"{"type":"response.done","response":{"id":"r1","status":"completed","usage":{"output_tokens":5}}}"#
        )
        let report = try #require(actions.reports.first)
        #expect(report.firstTextMilliseconds == 120)
        #expect(report.firstAudioMilliseconds == 150)
        #expect(report.audioMilliseconds == 2000)
        #expect(report.usage?.output == 5)
    }

    @Test func learnsTheAnswersRate() {
        let driver = Self.driver()
        #expect(driver.talk.answerSampleRate == 24_000)
        driver.hear(
            #"{"type":"session.updated","session":{"audio":{"output":{"format":{"type":"audio/pcm","rate":16000}}}}}"#
        )
        #expect(driver.talk.answerSampleRate == 16_000)
        driver.hear(#"{"type":"session.updated","session":{"audio":{"output":{"format":{"rate":-1}}}}}"#)
        #expect(driver.talk.answerSampleRate == 16_000)
    }

    // MARK: Function calls

    private static let callDone =
        #"{"type":"response.done","response":{"id":"r1","status":"completed","output":[{"type":"function_call","#
        + #""call_id":"c1","name":"f","arguments":"{\"a\":1}"}]}}"#

    @Test func answersCalls() throws {
        let driver = Self.driver { $0.tools = [TalkTool("f={\"ok\":true}")].compactMap { $0 } }
        _ = driver.endInput()
        let actions = driver.hear(Self.callDone)
        #expect(actions.sent == ["conversation.item.create", "response.create"])
        let item = try #require(actions.event("conversation.item.create")?.object("item"))
        #expect(item.string("type") == "function_call_output")
        #expect(item.string("call_id") == "c1")
        #expect(item.string("output") == "{\"ok\":true}")
        #expect(actions.notes.first == .functionCall(name: "f", arguments: "{\"a\":1}", result: "{\"ok\":true}"))
        #expect(actions.finish == nil)
        driver.hear(#"{"type":"response.created","response":{"id":"r2"}}"#)
        #expect(driver.hear(#"{"type":"response.done","response":{"id":"r2"}}"#).finish == false)
    }

    @Test func tellsCallsItHasNoAnswerFor() {
        let driver = Self.driver()
        _ = driver.endInput()
        let actions = driver.hear(Self.callDone)
        #expect(actions.notes.first == .functionCall(name: "f", arguments: "{\"a\":1}", result: nil))
        #expect(actions.sent.isEmpty)
        #expect(actions.finish == false)
    }

    @Test func aCallToldTwiceIsAnsweredOnce() {
        let driver = Self.driver { $0.tools = [TalkTool("f=1")].compactMap { $0 } }
        driver.hear(
            #"{"type":"response.output_item.done","response_id":"r1","item":{"type":"function_call","call_id":"c1","name":"f"}}"#
        )
        #expect(driver.hear(Self.callDone).sent == ["conversation.item.create", "response.create"])
    }

    @Test func callsWithoutEndHaveABound() {
        let driver = Self.driver {
            $0.tools = [TalkTool("f=1")].compactMap { $0 }
            $0.limits.toolRounds = 2
        }
        _ = driver.endInput()
        for _ in 0..<2 {
            #expect(driver.hear(Self.callDone).finish == nil)
            driver.hear(#"{"type":"response.created","response":{"id":"r1"}}"#)
        }
        let actions = driver.hear(Self.callDone)
        #expect(actions.problems.count == 1)
        #expect(actions.finish == true)
    }

    @Test func aCancelledCallIsNotAnswered() {
        let driver = Self.driver { $0.tools = [TalkTool("f=1")].compactMap { $0 } }
        let cancelled = Self.callDone.replacing("completed", with: "cancelled")
        #expect(driver.hear(cancelled).sent.isEmpty)
    }

    private static func base64(_ zeros: [UInt8]) -> String {
        String(repeating: "AAAA", count: zeros.count / 3)
    }
}
