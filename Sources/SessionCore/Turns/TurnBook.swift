// The turns of one realtime session: which were asked for, which are under way, what each has used, and what has to
// happen when a limit is reached or somebody leaves. Pure: events and times in, actions out.
//
// A turn: asked for by the client, or begun by the upstream on its own (turn detection) → under way → done. Every state is
// keyed by the response's id, because responses outside the conversation may overlap (protocol: realtime §8).
//
// The session: serving → ending (the key no longer counts: nothing new, what is under way may end for a while) →
// abandoned (nobody listens any more; the upstream is held until it has told what the rest cost) → over.

/// Bounds of the turns of one session.
///
/// All times are in nanoseconds.
package struct TurnLimits: Sendable {
    /// Responses that are asked for and not begun.
    package var asks = 16
    /// Responses under way.
    package var turns = 16
    /// A response that was asked for and never began is given up after this.
    package var askLifetime: Int64 = 60_000_000_000
    /// How long an upstream may take to end a response that was cancelled at a limit.
    package var cancellation: Int64 = 10_000_000_000
    /// How long a response under way may go on after its key no longer counts.
    package var grace: Int64 = 5_000_000_000
    /// Tokens of output that a response is taken to bring before anything is known of it.
    package var expectedOutput = 256

    package init() {}
}

/// Keeps the turns of one session.
///
/// A class, because a session's loop asks it about every delta: a struct in its owner would be copied for each question.
package final class TurnBook {
    private enum Phase {
        case serving
        /// In a box: an error is large, and most books never hold one.
        indirect case ending(RelayError, until: Int64)
        case abandoned(LedgerRow.Status, until: Int64)
        case over
    }

    private struct Ask {
        let eventID: String?
        let askedAt: Int64
        let permit: Permit
    }

    private let limits: TurnLimits
    private let pricing: Pricing?
    private var phase = Phase.serving
    private var asks: [Ask] = []
    private var turns: [Turn] = []
    private var conversation = ConversationEstimate()
    /// The last that ended, so that an upstream which says so twice is believed once.
    private var lastEnded: String?
    /// Turns that have ended.
    package private(set) var count = 0
    /// Whether what a turn costs has to be watched while it is under way.
    package var isBudgeted: Bool

    package init(pricing: Pricing?, isBudgeted: Bool, limits: TurnLimits = TurnLimits()) {
        self.pricing = pricing
        self.isBudgeted = isBudgeted
        self.limits = limits
    }

    /// Whether a response is under way.
    package var isResponding: Bool { !self.turns.isEmpty }
    private var isQuiet: Bool { self.turns.isEmpty && self.asks.isEmpty }

    /// What a turn that begins now is taken to use.
    package var expected: TokenCounts {
        var tokens = self.conversation.input
        tokens.outputText = self.limits.expectedOutput
        return tokens
    }

    package func cost(of tokens: TokenCounts) -> Int64 { self.pricing?.costMicroUSD(tokens) ?? 0 }

    // MARK: What the client says

    package func hearText(bytes: Int) { self.conversation.hearText(bytes: bytes) }
    package func hearAudio(base64Bytes: Int) { self.conversation.hearAudio(base64Bytes: base64Bytes) }

    package enum OnAsk: Equatable {
        case forward
        case refuse(RelayError)
    }

    /// The client asks for a response; `admit` is called at most once.
    package func ask(
        eventID: String?,
        now: Int64,
        admit: () -> Result<Permit, RelayError>
    ) -> OnAsk {
        switch self.phase {
        case .serving: break
        case .ending(let error, _): return .refuse(error)
        case .abandoned, .over: return .refuse(.internalError())
        }
        self.dropOldAsks(now)
        guard self.asks.count < self.limits.asks else {
            return .refuse(.rateLimited("The number of responses of one session that may wait to begin", retryAfter: 1))
        }
        switch admit() {
        case .success(let permit):
            self.asks.append(Ask(eventID: eventID, askedAt: now, permit: permit))
            return .forward
        case .failure(let error):
            return .refuse(error)
        }
    }

    private func dropOldAsks(_ now: Int64) {
        while let first = self.asks.first, now - first.askedAt >= self.limits.askLifetime {
            first.permit.settle(tokens: 0, costMicroUSD: 0, now: now)
            self.asks.removeFirst()
        }
    }

    // MARK: What the upstream says

    package enum OnCreated: Equatable {
        case none
        /// Cancel the response of this id upstream; tell the client why, unless it is gone.
        case cancel(id: String?, RelayError?)
    }

    /// A response has begun: one that was asked for, or one that the upstream began by itself, which is admitted now.
    package func created(
        id: String?,
        now: Int64,
        admit: () -> Result<Permit, RelayError>
    ) -> OnCreated {
        guard self.turns.count < self.limits.turns else { return .none }
        var turn: Turn
        var action = OnCreated.none
        if !self.asks.isEmpty {
            let ask = self.asks.removeFirst()
            turn = self.begin(id, ask.permit, now)
            if let reason = self.reasonToStop {
                turn.cancelled = (now, reason.error)
                action = .cancel(id: id, reason.isTold ? reason.error : nil)
            }
        } else if let reason = self.reasonToStop {
            turn = self.begin(id, nil, now)
            turn.cancelled = (now, reason.error)
            action = .cancel(id: id, reason.isTold ? reason.error : nil)
        } else {
            switch admit() {
            case .success(let permit):
                turn = self.begin(id, permit, now)
            case .failure(let error):
                turn = self.begin(id, nil, now)
                turn.cancelled = (now, error)
                action = .cancel(id: id, error)
            }
        }
        self.turns.append(turn)
        return action
    }

    private func begin(_ id: String?, _ permit: Permit?, _ now: Int64) -> Turn {
        Turn(
            id: id ?? "turn_\(self.count + self.turns.count + 1)",
            isNamed: id != nil,
            startedAt: now,
            permit: permit,
            input: self.conversation.input
        )
    }

    /// Why no response may begin any more.
    private var reasonToStop: (error: RelayError, isTold: Bool)? {
        switch self.phase {
        case .serving: nil
        case .ending(let error, _): (error, true)
        case .abandoned, .over: (.internalError(), false)
        }
    }

    package enum OnDelta: Equatable {
        case none
        /// The budget is used up: cancel the response of this id upstream and tell the client.
        case cancel(id: String?, RelayError)
    }

    /// A piece of a response; `id` is needed only where more than one is under way.
    package func delta(_ delta: DeltaClass, bytes: Int, id: String?, now: Int64) -> OnDelta {
        guard let index = self.index(of: id) else { return .none }
        self.turns[index].take(delta, bytes: bytes, now: now)
        guard self.isBudgeted, self.pricing != nil, self.turns[index].cancelled == nil,
            let permit = self.turns[index].permit
        else { return .none }
        if self.covers(permit, self.cost(of: self.turns[index].estimate)) { return .none }
        let error = RelayError.quotaExceeded()
        self.turns[index].cancelled = (now, error)
        return .cancel(id: self.turns[index].isNamed ? self.turns[index].id : nil, error)
    }

    /// Whether more than one response is under way, so that a delta's own id has to be looked for.
    package var needsResponseIDs: Bool { self.turns.count > 1 }

    /// Sets more aside than is needed at this moment, so that not every delta has to ask.
    private func covers(_ permit: Permit, _ cost: Int64) -> Bool {
        let missing = cost - permit.reservedMicroUSD
        guard missing > 0 else { return true }
        let ahead = max(missing, cost / 4)
        return permit.extend(costMicroUSD: ahead) || permit.extend(costMicroUSD: missing)
    }

    private func index(of id: String?) -> Int? {
        guard let id else { return self.turns.indices.first }
        return self.turns.firstIndex { $0.id == id } ?? self.turns.firstIndex { !$0.isNamed }
    }

    /// What becomes of the session after something has ended.
    package enum Afterwards: Equatable {
        case goOn
        /// The client is told this, and the session ends.
        case end(RelayError)
        /// Nobody is left to tell, and the upstream has told all: let it go.
        case letGo
    }

    /// A response has ended; nil when that was known already.
    package func done(_ told: ToldTurn, now: Int64) -> FinishedTurn? {
        if let id = told.id, id == self.lastEnded { return nil }
        let turn: Turn
        if let index = self.index(of: told.id) {
            turn = self.turns.remove(at: index)
        } else {
            // Its beginning was not seen, or there were too many at once.
            turn = self.begin(told.id, self.asks.isEmpty ? nil : self.asks.removeFirst().permit, now)
        }
        self.lastEnded = told.id
        return self.finish(turn, told, status: nil, now: now)
    }

    /// What is to be done now that a response has ended, or a deadline has passed.
    package var afterwards: Afterwards {
        guard self.turns.isEmpty else { return .goOn }
        switch self.phase {
        case .serving, .over: return .goOn
        case .ending(let error, _): return .end(error)
        case .abandoned: return self.isQuiet ? .letGo : .goOn
        }
    }

    /// The upstream refused something: if it was a response that was asked for, what was set aside comes back.
    package func refused(eventID: String?, code: String?, now: Int64) {
        let index: Int?
        if let eventID {
            index = self.asks.firstIndex { $0.eventID == eventID }
        } else if code == "conversation_already_has_active_response" {
            index = self.asks.firstIndex { $0.eventID == nil }
        } else {
            index = nil
        }
        guard let index else { return }
        self.asks.remove(at: index).permit.settle(tokens: 0, costMicroUSD: 0, now: now)
    }

    /// Nothing that was asked for is still to begin: what was set aside comes back.
    package func dropAsks(now: Int64) {
        for ask in self.asks { ask.permit.settle(tokens: 0, costMicroUSD: 0, now: now) }
        self.asks = []
    }
}

// MARK: - Ends

extension TurnBook {
    /// The key no longer counts: the session ends between turns, at the latest after a grace.
    package func keyEnded(_ error: RelayError, now: Int64) -> Afterwards {
        switch self.phase {
        case .serving:
            self.phase = .ending(error, until: now + self.limits.grace)
            return self.afterwards
        case .ending, .abandoned, .over:
            return .goOn
        }
    }

    /// Nobody listens any more: the client left (`client_gone`), or was told to (`ended`).
    ///
    /// Returns the ids of the responses that are to be cancelled upstream (nil where the provider told no id), or nil
    /// when nothing is under way and the upstream can go at once.
    package func abandon(_ status: LedgerRow.Status, now: Int64, hold: Int64) -> [String?]? {
        switch self.phase {
        case .abandoned, .over: return nil
        case .serving, .ending: break
        }
        self.dropOldAsks(now)
        guard !self.isQuiet else {
            self.phase = .over
            return nil
        }
        self.phase = .abandoned(status, until: now + hold)
        var cancelled: [String?] = []
        for index in self.turns.indices where self.turns[index].cancelled == nil {
            self.turns[index].cancelled = (now, .internalError())
            cancelled.append(self.turns[index].isNamed ? self.turns[index].id : nil)
        }
        return cancelled
    }

    /// The relay itself has to go: the upstream is not held beyond `until`.
    package func hasten(until: Int64) {
        if case .abandoned(let status, let earlier) = self.phase {
            self.phase = .abandoned(status, until: min(until, earlier))
        }
    }

    /// The upstream tells nothing more: what is under way is estimated.
    package func close(_ status: LedgerRow.Status, now: Int64) -> [FinishedTurn] {
        var status = status
        switch self.phase {
        case .abandoned(let earlier, _): status = earlier
        case .serving, .ending, .over: break
        }
        let open = self.turns
        self.turns = []
        let finished = open.map { turn in
            self.finish(turn, ToldTurn(id: turn.id, status: nil, tokens: nil), status: status, now: now)
        }
        self.dropAsks(now: now)
        self.phase = .over
        return finished
    }

    /// The next moment at which `timePassed` has something to do.
    package var nextDeadline: Int64? {
        var deadlines = self.turns.compactMap { $0.cancelled.map { $0.at + self.limits.cancellation } }
        switch self.phase {
        case .serving: break
        case .ending(_, let until): deadlines.append(until)
        case .abandoned(_, let until): deadlines = [until]
        case .over: return nil
        }
        return deadlines.min()
    }

    /// A deadline may have passed.
    package func timePassed(now: Int64) -> Afterwards {
        self.dropOldAsks(now)
        switch self.phase {
        case .over: return .goOn
        case .abandoned(_, let until): return now >= until ? .letGo : self.afterwards
        case .ending(let error, let until): if now >= until { return .end(error) }
        case .serving: break
        }
        for turn in self.turns {
            // An upstream that does not heed a cancellation would go on for ever at somebody's cost.
            if let (at, error) = turn.cancelled, now >= at + self.limits.cancellation { return .end(error) }
        }
        return .goOn
    }

    private func finish(
        _ turn: Turn,
        _ told: ToldTurn,
        status given: LedgerRow.Status?,
        now: Int64
    ) -> FinishedTurn {
        self.count += 1
        let status = given ?? self.status(of: turn, told.status)
        let isTold = told.hasCount
        var tokens = TokenCounts()
        if isTold {
            tokens = told.tokens ?? tokens
        } else if turn.firstByteAt != nil || !Self.mayBeFree(told.status) {
            tokens = turn.estimate
        }
        let cost = self.cost(of: tokens)
        turn.permit?.settle(tokens: tokens.total, costMicroUSD: cost, now: now)
        if !tokens.isEmpty { self.conversation.learn(tokens) }
        return FinishedTurn(
            id: turn.id,
            tokens: tokens,
            costMicroUSD: cost,
            isEstimated: !isTold,
            status: status,
            startedAt: turn.startedAt,
            endedAt: now,
            firstByteAt: turn.firstByteAt,
            isUnbooked: turn.permit == nil
        )
    }

    /// A response that failed, or was cancelled, before it brought anything may have cost nothing (§6).
    private static func mayBeFree(_ status: String?) -> Bool {
        status == "failed" || status == "cancelled"
    }

    private func status(of turn: Turn, _ told: String?) -> LedgerRow.Status {
        switch self.phase {
        case .abandoned(let status, _): return status
        case .serving, .ending, .over: break
        }
        switch told {
        case "cancelled": return turn.cancelled == nil ? .cancelled : .ended
        case "failed": return .failed
        case "incomplete": return .incomplete
        default: return .completed
        }
    }
}
