// What people see of a session's messages: that they were there.

import SessionCore
import Testing
import WebSocketFraming

@testable import Relay

@Suite struct SessionTraceTests {
    private func note(_ trace: SessionTrace, _ text: String, fromClient: Bool = true, at now: Int64 = 0) {
        let bytes = Array(text.utf8)
        let chunk = MessageChunk(kind: .text, isFirst: true, isLast: true, payload: 0..<bytes.count)
        trace.note(chunk, fromClient: fromClient, in: bytes.span, now: now)
    }

    @Test func typeSizeAndTimeAreToldAndNothingElse() {
        let trace = SessionTrace(startedAt: 1_000_000, now: 0)
        self.note(trace, #"{"type":"response.create","secret":"x"}"#, at: 6_000_000)
        self.note(trace, #"{"a":{"type":"no"},"type":"response.done"}"#, fromClient: false, at: 7_000_000)
        let wanted = [
            SessionEvent(number: 1, isFromClient: true, type: "response.create", bytes: 39, milliseconds: 5),
            SessionEvent(number: 2, isFromClient: false, type: "response.done", bytes: 42, milliseconds: 6),
        ]
        #expect(trace.tell(now: 0) == wanted)
    }

    @Test(arguments: [#"{"type":"my secret: 12 34"}"#, "[1]", "no JSON", #"{"type":7}"#, ""])
    func whatIsNoNameIsNotTold(_ text: String) {
        let trace = SessionTrace(startedAt: 0, now: 0)
        self.note(trace, text)
        #expect(trace.tell(now: 0).map(\.type) == [""])
    }

    @Test func piecesAreOneMessageOnEachSide() {
        let trace = SessionTrace(startedAt: 0, now: 0)
        let text = Array(#"{"event_id":"e","type":"session.update"}"#.utf8)
        for index in text.indices {
            let chunk = MessageChunk(
                kind: .text,
                isFirst: index == 0,
                isLast: index == text.count - 1,
                payload: index..<index + 1
            )
            trace.note(chunk, fromClient: true, in: text.span, now: 0)
            // The other side's messages come in between.
            self.note(trace, "{}", fromClient: false)
        }
        let own = trace.tell(now: 0).filter(\.isFromClient)
        #expect(own.map(\.type) == ["session.update"])
        #expect(own.map(\.bytes) == [text.count])
    }

    @Test func onlyTheLatestAreKept() {
        let trace = SessionTrace(startedAt: 0, now: 0)
        for _ in 0..<(3 * SessionTrace.limit) { self.note(trace, "{}") }
        let told = trace.tell(now: 0)
        #expect(told.count == SessionTrace.limit)
        #expect(told.last?.number == 3 * SessionTrace.limit)
    }

    @Test func itIsForgottenWhenNobodyAsks() {
        let trace = SessionTrace(startedAt: 0, now: 0)
        let patience = SessionTrace.patienceNanoseconds
        #expect(!trace.isForgotten(now: patience - 1) && trace.isForgotten(now: patience))
        _ = trace.tell(now: patience - 1)
        #expect(!trace.isForgotten(now: 2 * patience - 2))
    }
}
