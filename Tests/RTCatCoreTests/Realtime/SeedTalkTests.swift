// The compact vocabulary from the client's side (Sources/RealtimeTranslation/README.md).

import RTCatCore
import Testing

/// Drives a talk; a class, so that macros can call it.
private final class SeedDriver {
    private(set) var talk: SeedTalk
    var now: Int64 = 1_000_000_000

    init(_ change: (inout TalkPlan) -> Void = { _ in }) {
        var plan = TalkPlan()
        plan.model = "gpt-4"
        change(&plan)
        self.talk = SeedTalk(plan)
    }

    @discardableResult
    func open() -> [TalkAction] {
        self.talk.opened(now: self.now) + self.hear(#"{"type":"conversation.created","message":"","model":"gpt-4"}"#)
    }

    @discardableResult
    func hear(_ event: String) -> [TalkAction] { self.talk.receive(Array(event.utf8), now: self.now) }

    @discardableResult
    func say(_ text: String) -> [TalkAction] { self.talk.add(.text(text), now: self.now).actions }

    func endInput() -> [TalkAction] { self.talk.endInput(now: self.now) }

    func cancel() -> [TalkAction] { self.talk.cancel() }

    func leave() -> [TalkAction] { self.talk.connectionEnded() }

    func wait() -> [TalkAction]? {
        guard let deadline = self.talk.nextDeadline else { return nil }
        self.now = deadline
        return self.talk.timerFired(now: self.now)
    }
}

@Suite struct SeedTalkTests {
    private static let completed =
        #"{"type":"message.completed","message":"Hi.","finish_reason":"stop","usage":{"input_tokens":9,"output_tokens":3}}"#

    @Test func saysWhichModelAtOnceAndNothingElseBeforeTheConversation() throws {
        let driver = SeedDriver { $0.instructions = "Be brief." }
        #expect(driver.say("early").isEmpty)
        let actions = driver.open()
        #expect(actions.sent == ["session.update", "message"])
        let opening = try #require(actions.event("session.update"))
        #expect(opening.object("session")?.string("model") == "gpt-4")
        #expect(opening.object("session")?.string("instructions") == "Be brief.")
        #expect(!opening.contains("authorization"))
        #expect(actions.event("message")?.string("message") == "early")
    }

    @Test func carriesTheKeyWhereNoHeaderDoes() {
        let driver = SeedDriver { $0.key = "lw-1" }
        #expect(driver.open().event("session.update")?.string("authorization") == "Bearer lw-1")
    }

    @Test func printsTextAsItStreamsAndThenWhatItCost() {
        let driver = SeedDriver()
        driver.open()
        driver.say("Hello")
        driver.now += 20_000_000
        var actions = driver.hear(#"{"type":"content.delta","index":0,"message":"H"}"#)
        driver.now += 20_000_000
        actions += driver.hear(#"{"type":"content.delta","index":0,"message":"i."}"#)
        actions += driver.hear(#"{"type":"content.stop","index":0,"message":""}"#)
        actions += driver.hear(Self.completed)
        #expect(actions.spoken == "Hi.|")
        #expect(actions.reports.first?.text == "first text 20 ms · tokens in 9 out 3")
    }

    @Test func oneTurnAfterTheOtherAndThenTheEnd() {
        let driver = SeedDriver()
        driver.open()
        driver.say("one")
        #expect(driver.say("two").isEmpty)
        #expect(driver.endInput().isEmpty)
        #expect(driver.hear(Self.completed).sent == ["message"])
        #expect(driver.hear(Self.completed).finish == false)
        #expect(driver.talk.nextDeadline == nil)
    }

    private static let calls = """
        {"type":"message.completed","message":"","finish_reason":"tool_calls",\
        "tool_calls":[{"id":"c1","name":"f","arguments":"{}"},{"id":"c2","name":"g","arguments":"{}"}]}
        """

    @Test func answersCallsWhenItCanAnswerAll() {
        let driver = SeedDriver { $0.tools = [TalkTool("f=1"), TalkTool("g=2")].compactMap { $0 } }
        #expect(driver.open().event("session.update")?.object("session")?.objects("tools").count == 2)
        driver.say("x")
        driver.hear(#"{"type":"content.delta","message":"","tool_call":{"id":"c1","arguments":"{}"}}"#)
        let actions = driver.hear(Self.calls)
        #expect(actions.sent == ["tool_result", "tool_result"])
        #expect(actions.event("tool_result")?.string("output") == "1")
        #expect(driver.endInput().isEmpty)
        #expect(driver.hear(Self.completed).finish == false)
    }

    @Test func aCallItHasNoAnswerForEndsTheTurn() {
        let driver = SeedDriver { $0.tools = [TalkTool("f=1")].compactMap { $0 } }
        driver.open()
        driver.say("x")
        let actions = driver.hear(Self.calls)
        #expect(actions.sent.isEmpty)
        #expect(actions.notes.contains(.functionCall(name: "g", arguments: "{}", result: nil)))
        #expect(driver.endInput().finish == false)
    }

    @Test func callsForEverAreEndedSometime() {
        let driver = SeedDriver { $0.tools = [TalkTool("f=1"), TalkTool("g=2")].compactMap { $0 } }
        driver.open()
        driver.say("x")
        for _ in 0..<TalkLimits().toolRounds { #expect(driver.hear(Self.calls).sent.count == 2) }
        #expect(driver.hear(Self.calls).problems.count == 1)
        #expect(driver.endInput().finish == true)
    }

    @Test func anErrorThatAnswersTheMessageEndsTheTurn() throws {
        let driver = SeedDriver()
        driver.open()
        let id = try #require(driver.say("one").event("message")?.string("event_id"))
        driver.say("two")
        #expect(driver.hear(#"{"type":"error","message":"Hm.","error":{"code":"x","event_id":"other"}}"#).sent.isEmpty)
        let actions = driver.hear(#"{"type":"error","message":"No.","error":{"code":"x","event_id":"\#(id)"}}"#)
        #expect(actions.problems == ["No. [x]"])
        #expect(actions.sent == ["message"])
        #expect(driver.endInput().isEmpty)
        #expect(driver.hear(Self.completed).finish == true)
    }

    @Test func givesUpAnAnswer() {
        let driver = SeedDriver()
        driver.open()
        #expect(driver.cancel().problems.count == 1)
        driver.say("x")
        #expect(driver.cancel().sent == ["response.cancel"])
        let end = driver.hear(#"{"type":"message.completed","message":"H","finish_reason":"cancelled"}"#)
        #expect(end.reports.first?.status == "cancelled")
        #expect(driver.endInput().finish == false)
    }

    @Test func doesNotWaitForEver() {
        let driver = SeedDriver()
        driver.open()
        driver.say("x")
        _ = driver.endInput()
        let actions = driver.wait()
        #expect(actions?.problems.count == 1)
        #expect(actions?.finish == true)
    }

    @Test func hasNoSound() {
        let driver = SeedDriver()
        driver.open()
        var talk = driver.talk
        let (accepted, actions) = talk.add(.audio(SpeechAudio(bytes: [0, 0])), now: 0)
        #expect(accepted)
        #expect(actions.problems.count == 1)
    }

    @Test func bringsTheLineToAnEndWhenTheConnectionIsGone() {
        let driver = SeedDriver()
        driver.open()
        driver.say("x")
        driver.hear(#"{"type":"content.delta","message":"half"}"#)
        #expect(driver.leave().spoken == "|")
        #expect(driver.hear("nonsense").problems.count == 1)
    }
}
