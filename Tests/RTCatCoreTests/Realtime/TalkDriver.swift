// Drives a talk in tests: events as JSON in, actions out, time by hand.

import RTCatCore

/// A talk with a clock that the test moves; a class, so that macros can call it.
final class TalkDriver {
    private(set) var talk: RealtimeTalk
    var now: Int64 = 1_000_000_000

    init(_ plan: TalkPlan) {
        self.talk = RealtimeTalk(plan)
    }

    /// Opens and lets the server begin, with or without turn detection.
    @discardableResult
    func open(detection: String = #"{"type":"server_vad","create_response":true}"#) -> [TalkAction] {
        let session = #"{"type":"realtime","audio":{"input":{"turn_detection":\#(detection)}}}"#
        return self.talk.opened(now: self.now) + self.hear(#"{"type":"session.created","session":\#(session)}"#)
    }

    @discardableResult
    func hear(_ event: String) -> [TalkAction] {
        self.talk.receive(Array(event.utf8), now: self.now)
    }

    @discardableResult
    func say(_ text: String) -> [TalkAction] {
        self.talk.add(.text(text), now: self.now).actions
    }

    @discardableResult
    func speak(_ audio: SpeechAudio) -> [TalkAction] {
        self.talk.add(.audio(audio), now: self.now).actions
    }

    func endInput() -> [TalkAction] {
        self.talk.endInput(now: self.now)
    }

    func cancel() -> [TalkAction] {
        self.talk.cancel()
    }

    func loseConnection() -> [TalkAction] {
        self.talk.connectionEnded()
    }

    func add(_ turn: TalkTurn) -> Bool {
        self.talk.add(turn, now: self.now).accepted
    }

    /// Moves the clock to the next deadline and tells the talk; nil when there is none.
    func wait() -> [TalkAction]? {
        guard let deadline = self.talk.nextDeadline else { return nil }
        self.now = max(self.now, deadline)
        return self.talk.timerFired(now: self.now)
    }

    func pass(milliseconds: Int64) {
        self.now += milliseconds * 1_000_000
    }
}

extension [TalkAction] {
    /// The types of the events sent.
    var sent: [String] {
        self.compactMap { action in
            guard case .send(let bytes) = action else { return nil }
            return JSONObject(bytes)?.string("type") ?? "?"
        }
    }

    /// The first event sent of a type.
    func event(_ type: String) -> JSONObject? {
        for case .send(let bytes) in self {
            if let event = JSONObject(bytes), event.string("type") == type { return event }
        }
        return nil
    }

    var notes: [TalkNote] {
        self.compactMap { action in
            guard case .tell(let note) = action else { return nil }
            return note
        }
    }

    var reports: [TurnReport] {
        self.notes.compactMap { note in
            guard case .report(let report) = note else { return nil }
            return report
        }
    }

    var problems: [String] {
        self.notes.compactMap { note in
            guard case .problem(let text) = note else { return nil }
            return text
        }
    }

    /// What the answer says, its line ends as bars.
    var spoken: String {
        self.notes.map { note in
            switch note {
            case .assistant(let text): text
            case .assistantEnd: "|"
            default: ""
            }
        }.joined()
    }

    /// Nil while the talk goes on; then whether it failed.
    var finish: Bool? {
        for case .finish(let hasFailed) in self { return hasFailed }
        return nil
    }
}
