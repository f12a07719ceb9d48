// A conversation in the compact vocabulary (Sources/RealtimeTranslation/README.md) from the client's side: the first message
// says which model, then turn follows turn, and tool calls are answered with what the plan has for them.
//
// Phases: closed → waiting (for `conversation.created`) → idle ⇄ answering → finished.

/// A talk in the compact vocabulary.
package struct SeedTalk: Talk {
    private enum Phase {
        case closed
        case waiting(until: Int64)
        case idle
        /// By the name of our last message.
        case answering(String)
        case finished
    }

    private let plan: TalkPlan
    private var phase = Phase.closed
    private var turns: [String] = []
    private var hasInputEnded = false
    private var hasFailed = false
    private var actions: [TalkAction] = []
    private var messageNumber = 0
    private var toolRounds = 0
    private var lastHeard: Int64 = 0
    private var askedAt: Int64 = 0
    private var report = TurnReport()
    private var isTextOpen = false

    package init(_ plan: TalkPlan) {
        self.plan = plan
    }

    package var answerSampleRate: Int { SpeechAudio.sampleRate }

    // MARK: Events from outside

    package mutating func opened(now: Int64) -> [TalkAction] {
        self.phase = .waiting(until: now + self.plan.limits.answerWait)
        let plan = self.plan
        self.send { SeedMessage.opening(plan, id: $0) }
        return self.takeActions()
    }

    package mutating func add(_ turn: TalkTurn, now: Int64) -> (accepted: Bool, actions: [TalkAction]) {
        guard case .text(let text) = turn else {
            return (true, [.tell(.problem("the compact vocabulary has no sound; use --realtime"))])
        }
        guard self.turns.count < self.plan.limits.turns else { return (false, []) }
        self.turns.append(text)
        self.advance(now: now)
        return (true, self.takeActions())
    }

    package mutating func endInput(now: Int64) -> [TalkAction] {
        self.hasInputEnded = true
        self.advance(now: now)
        return self.takeActions()
    }

    package mutating func cancel() -> [TalkAction] {
        guard case .answering = self.phase else { return [.tell(.problem("there is no answer to give up"))] }
        self.send { ClientEvent.plain("response.cancel", id: $0) }
        return self.takeActions()
    }

    package mutating func receive(_ message: [UInt8], now: Int64) -> [TalkAction] {
        guard let event = JSONObject(message), let type = event.string("type") else {
            let start = VisibleText.safe(String(decoding: message.prefix(80), as: UTF8.self))
            self.tell(.problem("not an event: \(start)"))
            return self.takeActions()
        }
        self.lastHeard = now
        self.handle(type, event, now: now)
        self.advance(now: now)
        return self.takeActions()
    }

    package mutating func connectionEnded() -> [TalkAction] {
        self.closeText()
        self.phase = .finished
        return self.takeActions()
    }

    // MARK: Time

    package var nextDeadline: Int64? {
        switch self.phase {
        case .closed, .idle, .finished: nil
        case .waiting(let until): until
        case .answering: self.lastHeard + self.plan.limits.answerWait
        }
    }

    package mutating func timerFired(now: Int64) -> [TalkAction] {
        guard let deadline = self.nextDeadline, now >= deadline else { return [] }
        self.closeText()
        self.tell(.problem("no answer for \(TurnReport.seconds(Int(self.plan.limits.answerWait / 1_000_000)))"))
        self.hasFailed = true
        self.phase = .idle
        self.advance(now: now)
        return self.takeActions()
    }

    // MARK: What the server says

    private mutating func handle(_ type: String, _ event: JSONObject, now: Int64) {
        switch type {
        case "conversation.created":
            if case .waiting = self.phase { self.phase = .idle }
        case "content.delta" where event.object("tool_call") == nil:
            self.read(event.string("message") ?? "", now: now)
        case "message.completed": self.completed(event, now: now)
        case "error": self.failed(event)
        default: break
        }
    }

    private mutating func read(_ text: String, now: Int64) {
        guard !text.isEmpty else { return }
        if self.report.firstTextMilliseconds == nil {
            self.report.firstTextMilliseconds = Int((now - self.askedAt) / 1_000_000)
        }
        self.isTextOpen = true
        self.tell(.assistant(VisibleText.safe(text)))
    }

    private mutating func completed(_ event: JSONObject, now: Int64) {
        self.closeText()
        self.report.usage = event.object("usage").map(TokenUsage.init)
        let reason = event.string("finish_reason") ?? "stop"
        self.report.status = Self.orderly.contains(reason) ? "completed" : VisibleText.safe(reason)
        if reason == "error" { self.hasFailed = true }
        let report = self.report
        let goesOn = self.answer(event.objects("tool_calls"), mayGoOn: reason == "tool_calls", now: now)
        self.tell(.report(report))
        if !goesOn, case .answering = self.phase { self.phase = .idle }
    }

    /// Reasons that need no mention.
    private static let orderly: Set<String> = ["stop", "tool_calls"]

    /// Answers tool calls, and says whether the model goes on: it does when it has the results of all.
    private mutating func answer(_ calls: [JSONObject], mayGoOn: Bool, now: Int64) -> Bool {
        var results: [(call: String, result: String)] = []
        for call in calls {
            let name = call.string("name") ?? ""
            let result = self.plan.tools.first { $0.name == name }?.result
            let arguments = VisibleText.safe(call.string("arguments") ?? "")
            self.tell(.functionCall(name: VisibleText.safe(name), arguments: arguments, result: result))
            if let result { results.append((call.string("id") ?? "", result)) }
        }
        guard mayGoOn, !calls.isEmpty, results.count == calls.count else { return false }
        self.toolRounds += 1
        guard self.toolRounds <= self.plan.limits.toolRounds else {
            self.tell(.problem("more than \(self.plan.limits.toolRounds) rounds of function calls in one turn"))
            self.hasFailed = true
            return false
        }
        for (call, result) in results {
            let id = self.send { SeedMessage.toolResult(callID: call, output: result, id: $0) }
            self.phase = .answering(id)
        }
        self.beginAnswer(now: now)
        return true
    }

    private mutating func failed(_ event: JSONObject) {
        let error = event.object("error")
        let code = error?.string("code") ?? error?.string("type") ?? "error"
        self.closeText()
        if code != "response_cancel_not_active" { self.hasFailed = true }
        let message = VisibleText.safe(event.string("message") ?? error?.string("message") ?? "no message")
        self.tell(.problem("\(message) [\(VisibleText.safe(code))]"))
        if case .answering(let name) = self.phase, error?.string("event_id") == name { self.phase = .idle }
    }

    // MARK: Turns

    private mutating func advance(now: Int64) {
        guard case .idle = self.phase else { return }
        if !self.turns.isEmpty {
            let text = self.turns.removeFirst()
            self.tell(.user(text))
            let id = self.send { SeedMessage.message(text, id: $0) }
            self.phase = .answering(id)
            self.toolRounds = 0
            self.beginAnswer(now: now)
        } else if self.hasInputEnded {
            self.phase = .finished
            self.actions.append(.finish(hasFailed: self.hasFailed))
        }
    }

    private mutating func beginAnswer(now: Int64) {
        self.lastHeard = now
        self.askedAt = now
        self.report = TurnReport()
    }

    // MARK: Saying

    @discardableResult
    private mutating func send(_ event: (String) -> [UInt8]) -> String {
        self.messageNumber += 1
        let id = "rtcat_\(self.messageNumber)"
        self.actions.append(.send(event(id)))
        return id
    }

    private mutating func tell(_ note: TalkNote) {
        self.actions.append(.tell(note))
    }

    private mutating func closeText() {
        guard self.isTextOpen else { return }
        self.isTextOpen = false
        self.tell(.assistantEnd)
    }

    private mutating func takeActions() -> [TalkAction] {
        let taken = self.actions
        self.actions = []
        return taken
    }
}
