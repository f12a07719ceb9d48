// Turns, their order and their ends: protocol reference §8 (text turn), §9 (errors), §13 (odd servers).

import RTCatCore
import Testing

@Suite struct RealtimeTalkTests {
    private static func driver() -> TalkDriver {
        let driver = TalkDriver(TalkPlan())
        driver.open()
        return driver
    }

    private static let created = #"{"type":"response.created","response":{"id":"r1"}}"#
    private static let done = #"{"type":"response.done","response":{"id":"r1","status":"completed"}}"#

    @Test func waitsForTheServerBeforeItSendsAnything() {
        let driver = TalkDriver(TalkPlan())
        #expect(driver.say("early").isEmpty)
        let actions = driver.open()
        #expect(actions.sent == ["session.update", "conversation.item.create", "response.create"])
        #expect(actions.notes.first == .user("early"))
    }

    @Test func beginsWithoutAGreetingWhenNoneComes() throws {
        let driver = TalkDriver(TalkPlan())
        _ = driver.say("x")
        var talk = RealtimeTalk(TalkPlan())
        #expect(talk.opened(now: 5).isEmpty)
        #expect(talk.nextDeadline == 5 + TalkLimits().sessionWait)
        #expect(talk.timerFired(now: 4).isEmpty)
        #expect(talk.timerFired(now: 5 + TalkLimits().sessionWait).sent == ["session.update"])
    }

    @Test func anyFirstEventWillDo() {
        var talk = RealtimeTalk(TalkPlan())
        _ = talk.opened(now: 0)
        let event = Array(#"{"type":"conversation.created"}"#.utf8)
        #expect(talk.receive(event, now: 1).sent == ["session.update"])
    }

    @Test func aSessionThatBeginsWithAnErrorIsSentNothing() {
        var talk = RealtimeTalk(TalkPlan())
        _ = talk.opened(now: 0)
        let event = Array(#"{"type":"error","error":{"code":"invalid_api_key","message":"No"}}"#.utf8)
        let actions = talk.receive(event, now: 1)
        #expect(actions.sent.isEmpty)
        #expect(actions.problems == ["No [invalid_api_key]"])
    }

    @Test func oneTurnAfterTheOther() {
        let driver = Self.driver()
        driver.say("one")
        #expect(driver.say("two").isEmpty)
        #expect(driver.hear(Self.created).isEmpty)
        let actions = driver.hear(Self.done)
        #expect(actions.reports.count == 1)
        #expect(actions.notes.last == .user("two"))
        #expect(actions.sent == ["conversation.item.create", "response.create"])
    }

    @Test func finishesAfterTheLastTurn() {
        let driver = Self.driver()
        driver.say("one")
        #expect(driver.endInput().isEmpty)
        driver.hear(Self.created)
        #expect(driver.hear(Self.done).finish == false)
        #expect(driver.talk.nextDeadline == nil)
    }

    @Test func finishesAtOnceWithoutTurns() {
        let driver = Self.driver()
        #expect(driver.endInput().finish == false)
    }

    @Test func aFailedAnswerFailsTheTalkButNotTheNextTurn() {
        let driver = Self.driver()
        driver.say("one")
        driver.say("two")
        driver.hear(Self.created)
        let failed =
            #"{"type":"response.done","response":{"id":"r1","status":"failed","#
            + #""status_details":{"error":{"message":"Overloaded"}}}}"#
        let actions = driver.hear(failed)
        #expect(actions.reports.first?.reason == "Overloaded")
        #expect(actions.sent == ["conversation.item.create", "response.create"])
        _ = driver.endInput()
        driver.hear(#"{"type":"response.created","response":{"id":"r2"}}"#)
        #expect(driver.hear(#"{"type":"response.done","response":{"id":"r2"}}"#).finish == true)
    }

    @Test func anErrorInPlaceOfAnAnswerEndsTheTurn() throws {
        let driver = Self.driver()
        let id = try #require(driver.say("one").event("response.create")?.string("event_id"))
        _ = driver.endInput()
        let actions = driver.hear(#"{"type":"error","error":{"message":"Busy","code":"x","event_id":"\#(id)"}}"#)
        #expect(actions.problems == ["Busy [x]"])
        #expect(actions.finish == true)
    }

    @Test func anErrorAboutSomethingElseLeavesTheTurnAlone() throws {
        let driver = Self.driver()
        let id = try #require(driver.say("one").event("conversation.item.create")?.string("event_id"))
        _ = driver.endInput()
        #expect(driver.hear(#"{"type":"error","error":{"message":"Voice","event_id":"\#(id)"}}"#).finish == nil)
        driver.hear(Self.created)
        #expect(driver.hear(Self.done).finish == true)
    }

    @Test func silenceEndsTheTurn() throws {
        let driver = Self.driver()
        driver.say("one")
        _ = driver.endInput()
        driver.pass(milliseconds: 59_000)
        driver.hear(#"{"type":"rate_limits.updated"}"#)
        #expect(driver.talk.nextDeadline == driver.now + TalkLimits().answerWait)
        let actions = try #require(driver.wait())
        #expect(actions.problems == ["no answer for 60.0 s"])
        #expect(actions.finish == true)
    }

    @Test func cancelsWhatRuns() {
        let driver = Self.driver()
        #expect(driver.cancel().sent.isEmpty)
        driver.say("one")
        #expect(driver.cancel().sent == ["response.cancel"])
        driver.hear(Self.created)
        let cancelled =
            #"{"type":"response.done","response":{"id":"r1","status":"cancelled","#
            + #""status_details":{"reason":"client_cancelled"}}}"#
        #expect(driver.hear(cancelled).reports.first?.text.hasSuffix("cancelled: client_cancelled") == true)
        #expect(driver.endInput().finish == false)
    }

    @Test func aServerThatAnnouncesNothingIsUnderstood() {
        let driver = Self.driver()
        driver.say("one")
        _ = driver.endInput()
        let text = driver.hear(#"{"type":"response.text.delta","delta":"Hi"}"#)
        #expect(text.spoken == "Hi")
        let actions = driver.hear(#"{"type":"response.done","usage":{"input_tokens":3}}"#)
        #expect(actions.reports.first?.usage?.input == 3)
        #expect(actions.finish == false)
    }

    @Test(arguments: ["", "[]", "{}", "{\"type\":7}", "garbage \u{1B}[2J"])
    func whatIsNoEventIsTold(_ text: String) {
        let driver = Self.driver()
        driver.say("one")
        let actions = driver.hear(text)
        #expect(actions.problems.count == 1)
        #expect(!actions.problems.joined().contains("\u{1B}"))
        #expect(actions.sent.isEmpty && actions.finish == nil)
    }

    @Test func turnsThatWaitHaveABound() {
        var plan = TalkPlan()
        plan.limits.turns = 2
        let driver = TalkDriver(plan)
        #expect(driver.add(.text("1")) && driver.add(.text("2")))
        #expect(!driver.add(.text("3")))
    }

    @Test func aLostConnectionEndsTheLine() {
        let driver = Self.driver()
        driver.say("one")
        driver.hear(#"{"type":"response.output_text.delta","response_id":"r1","delta":"Hal"}"#)
        #expect(driver.loseConnection().notes == [.assistantEnd])
        #expect(driver.talk.nextDeadline == nil)
    }
}
