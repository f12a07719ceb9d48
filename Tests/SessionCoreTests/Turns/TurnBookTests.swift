// The turns of a session (protocol: realtime §7 and §8): asked for, begun by themselves, overlapping, cut off by a budget,
// left behind by a client, lost with an upstream.

import Testing

@testable import SessionCore

@Suite("TurnBook")
struct TurnBookTests {
    private static let second: Int64 = 1_000_000_000
    private let keeper = LimitKeeper()
    /// A thousandth of a dollar per thousand tokens: one millionth per token.
    private static let pricing = Pricing(
        Dictionary(
            uniqueKeysWithValues: [Pricing.Kind.input, .output, .audioInput, .audioOutput].compactMap { kind in
                TokenPrice(usdPerThousand: "0.001").map { (kind, $0) }
            }
        )
    )

    private func book(isBudgeted: Bool = false) -> TurnBook {
        TurnBook(pricing: Self.pricing, isBudgeted: isBudgeted)
    }

    private func admit(_ holder: KeyHolder = LimitStage.holder(), cost: Int64 = 0) -> Result<Permit, RelayError> {
        self.keeper.admit(LimitStage.demand(holder, .turn, cost: cost), now: 0)
    }

    private func tokens(_ input: Int, _ output: Int) -> TokenCounts {
        var tokens = TokenCounts()
        tokens.inputText = input
        tokens.outputText = output
        return tokens
    }

    private func never() -> Result<Permit, RelayError> {
        Issue.record("was asked for admission")
        return .failure(.internalError())
    }

    // MARK: The usual way

    @Test("a turn that was asked for is not admitted twice, and is told as the provider tells it")
    func asked() throws {
        let book = self.book()
        #expect(book.ask(eventID: "e", now: 1 * Self.second) { self.admit() } == .forward)
        #expect(book.created(id: "r", now: 2 * Self.second, admit: self.never) == .none)
        #expect(book.isResponding)
        #expect(book.delta(.text, bytes: 8, id: nil, now: 3 * Self.second) == .none)
        let told = ToldTurn(id: "r", status: "completed", tokens: self.tokens(10, 20))
        let turnTold = book.done(told, now: 5 * Self.second)
        let turn = try #require(turnTold)
        #expect(
            turn
                == FinishedTurn(
                    id: "r",
                    tokens: self.tokens(10, 20),
                    costMicroUSD: 30,
                    isEstimated: false,
                    status: .completed,
                    startedAt: 2 * Self.second,
                    endedAt: 5 * Self.second,
                    firstByteAt: 3 * Self.second,
                    isUnbooked: false
                )
        )
        #expect(book.afterwards == .goOn && book.count == 1 && !book.isResponding)
        #expect(self.keeper.usage(keyID: "key_1").spentMicroUSD == 30)
    }

    @Test("a turn that the upstream begins by itself is admitted then; refused, it is cancelled and its cost booked")
    func unasked() throws {
        let book = self.book()
        #expect(book.created(id: "a", now: 0) { self.admit() } == .none)
        _ = book.done(ToldTurn(id: "a", status: "completed", tokens: self.tokens(1, 1)), now: 1)
        let error = RelayError.rateLimited(retryAfter: 3)
        #expect(book.created(id: "b", now: 2) { .failure(error) } == .cancel(id: "b", error))
        let told = ToldTurn(id: "b", status: "cancelled", tokens: self.tokens(5, 0))
        let turnTold = book.done(told, now: 3)
        let turn = try #require(turnTold)
        #expect(turn.status == .ended && turn.isUnbooked && turn.costMicroUSD == 5)
    }

    @Test("a response that an upstream says twice to have ended is written down once")
    func twice() {
        let book = self.book()
        _ = book.created(id: "r", now: 0) { self.admit() }
        let told = ToldTurn(id: "r", status: "completed", tokens: self.tokens(1, 1))
        let first = book.done(told, now: 1)
        let second = book.done(told, now: 2)
        #expect(first != nil && second == nil)
        #expect(book.count == 1)
    }

    @Test("§8: responses that overlap are kept apart by their ids")
    func overlapping() throws {
        let book = self.book()
        _ = book.created(id: "a", now: 0) { self.admit() }
        _ = book.created(id: "b", now: 0) { self.admit() }
        #expect(book.needsResponseIDs)
        _ = book.delta(.audio, bytes: 64_000, id: "b", now: 1)
        let secondTold = book.done(ToldTurn(id: "b", status: "completed", tokens: nil), now: 2)
        let second = try #require(secondTold)
        #expect(second.id == "b" && second.isEstimated && second.tokens.outputAudio == 20)
        let firstTold = book.done(ToldTurn(id: "a", status: "completed", tokens: nil), now: 2)
        let first = try #require(firstTold)
        #expect(first.id == "a" && first.tokens.outputAudio == 0)
    }

    @Test("what a provider tells nothing of is estimated and marked (§7, §13)", arguments: [true, false])
    func estimated(tellsZeros: Bool) throws {
        let book = self.book()
        book.hearText(bytes: 40)
        book.hearAudio(base64Bytes: 64_000)
        _ = book.created(id: "r", now: 0) { self.admit() }
        _ = book.delta(.text, bytes: 80, id: nil, now: 1)
        let told = ToldTurn(id: "r", status: "completed", tokens: tellsZeros ? TokenCounts() : nil)
        let turnTold = book.done(told, now: 2)
        let turn = try #require(turnTold)
        #expect(turn.isEstimated && turn.tokens.inputText == 10 && turn.tokens.inputAudio == 10)
        #expect(turn.tokens.outputText == 20)
        // §7: the next response is billed all of it again.
        #expect(book.expected.inputText == 30 && book.expected.inputAudio == 10)
    }

    @Test("a provider that always tells may tell that a turn cost nothing (§15.2)")
    func exact() throws {
        let book = self.book()
        book.hearText(bytes: 40)
        _ = book.created(id: "r", now: 0) { self.admit() }
        _ = book.delta(.text, bytes: 80, id: nil, now: 1)
        let told = ToldTurn(id: "r", status: "completed", tokens: TokenCounts(), isExact: true)
        let turnTold = book.done(told, now: 2)
        let turn = try #require(turnTold)
        #expect(!turn.isEstimated && turn.tokens.isEmpty)
    }

    @Test("what failed or was cancelled before it brought anything costs nothing", arguments: ["failed", "cancelled"])
    func free(status: String) throws {
        let book = self.book()
        book.hearText(bytes: 400)
        _ = book.created(id: "r", now: 0) { self.admit() }
        let turnTold = book.done(ToldTurn(id: "r", status: status, tokens: nil), now: 2)
        let turn = try #require(turnTold)
        #expect(turn.tokens.isEmpty && turn.costMicroUSD == 0 && turn.isEstimated)
        #expect(turn.status.rawValue == status)
    }

    // MARK: Limits

    @Test("an event over the limit is refused and nothing is pending")
    func refused() {
        let book = self.book()
        let error = RelayError.rateLimited(retryAfter: 1)
        #expect(book.ask(eventID: nil, now: 0) { .failure(error) } == .refuse(error))
        #expect(book.abandon(.clientGone, now: 0, hold: 1) == nil)
    }

    @Test("only so many responses may wait to begin, and what never begins is given up")
    func pending() {
        let book = self.book()
        let limits = TurnLimits()
        for _ in 0..<limits.asks {
            #expect(book.ask(eventID: nil, now: 0) { self.admit() } == .forward)
        }
        guard case .refuse(let error) = book.ask(eventID: nil, now: 0, admit: self.never) else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == "rate_limit_exceeded")
        #expect(book.ask(eventID: nil, now: limits.askLifetime) { self.admit() } == .forward)
    }

    @Test("an error that answers a response.create gives its money back", arguments: ["event", "code"])
    func answered(by kind: String) {
        let book = self.book()
        let holder = LimitStage.holder { $0.budgetMicroUSD = 100 }
        let id = kind == "event" ? "e1" : nil
        #expect(book.ask(eventID: id, now: 0) { self.admit(holder, cost: 40) } == .forward)
        book.refused(eventID: "other", code: nil, now: 1)
        #expect(self.keeper.usage(keyID: "key_1").reservedMicroUSD == 40)
        book.refused(eventID: id, code: "conversation_already_has_active_response", now: 1)
        #expect(self.keeper.usage(keyID: "key_1").reservedMicroUSD == 0)
        #expect(book.created(id: "r", now: 2) { self.admit() } == .none)
    }

    @Test("where nothing can begin any more, everything that was asked for gives its money back")
    func dropped() {
        let book = self.book()
        let holder = LimitStage.holder { $0.budgetMicroUSD = 100 }
        for _ in 0..<2 { #expect(book.ask(eventID: nil, now: 0) { self.admit(holder, cost: 40) } == .forward) }
        #expect(self.keeper.usage(keyID: "key_1").reservedMicroUSD == 80)
        book.dropAsks(now: 1)
        #expect(self.keeper.usage(keyID: "key_1").reservedMicroUSD == 0)
        #expect(book.abandon(.clientGone, now: 1, hold: 1) == nil)
    }

    @Test("a budget acts in the middle of a response, once, and what the provider then tells is settled")
    func budget() throws {
        let book = self.book(isBudgeted: true)
        let holder = LimitStage.holder { $0.budgetMicroUSD = 100 }
        #expect(book.ask(eventID: nil, now: 0) { self.admit(holder, cost: 10) } == .forward)
        _ = book.created(id: "r", now: 0, admit: self.never)
        // Four bytes are a token, a token a millionth of a dollar.
        #expect(book.delta(.text, bytes: 40, id: nil, now: 1) == .none)
        #expect(book.delta(.text, bytes: 320, id: nil, now: 2) == .none)
        #expect(self.keeper.usage(keyID: "key_1").reservedMicroUSD <= 100)
        guard case .cancel(let id, let error) = book.delta(.text, bytes: 80, id: nil, now: 3) else {
            Issue.record("not cancelled")
            return
        }
        #expect(id == "r" && error.code == "insufficient_quota")
        #expect(book.delta(.text, bytes: 4_000, id: nil, now: 4) == .none)
        let told = ToldTurn(id: "r", status: "cancelled", tokens: self.tokens(2, 101))
        let turnTold = book.done(told, now: 5)
        let turn = try #require(turnTold)
        #expect(turn.status == .ended && turn.costMicroUSD == 103)
        let usage = self.keeper.usage(keyID: "key_1")
        #expect(usage.spentMicroUSD == 103 && usage.reservedMicroUSD == 0)
    }

    @Test("an upstream that does not heed a cancellation ends the session")
    func unheeded() {
        let book = self.book()
        let error = RelayError.quotaExceeded()
        _ = book.created(id: "r", now: 0) { .failure(error) }
        let deadline = TurnLimits().cancellation
        #expect(book.nextDeadline == deadline)
        #expect(book.timePassed(now: deadline - 1) == .goOn)
        #expect(book.timePassed(now: deadline) == .end(error))
    }

    // MARK: Ends

    @Test("G14: a key that no longer counts ends the session at once between turns, and after its turn within one")
    func keyEnded() {
        let error = RelayError.revokedKey()
        let idle = self.book()
        #expect(idle.keyEnded(error, now: 0) == .end(error))
        let busy = self.book()
        _ = busy.created(id: "r", now: 0) { self.admit() }
        #expect(busy.keyEnded(error, now: 1) == .goOn)
        #expect(busy.keyEnded(error, now: 2) == .goOn)
        #expect(busy.ask(eventID: nil, now: 2, admit: self.never) == .refuse(error))
        #expect(busy.created(id: "s", now: 2, admit: self.never) == .cancel(id: "s", error))
        #expect(busy.timePassed(now: 3) == .goOn)
        _ = busy.done(ToldTurn(id: "s", status: "cancelled", tokens: nil), now: 3)
        #expect(busy.afterwards == .goOn)
        _ = busy.done(ToldTurn(id: "r", status: "completed", tokens: self.tokens(1, 1)), now: 4)
        #expect(busy.afterwards == .end(error))
    }

    @Test("a response under way when the key ends has a bounded grace")
    func grace() {
        let error = RelayError.expiredKey()
        let book = self.book()
        _ = book.created(id: "r", now: 0) { self.admit() }
        _ = book.keyEnded(error, now: 7)
        let until = 7 + TurnLimits().grace
        #expect(book.nextDeadline == until)
        #expect(book.timePassed(now: until) == .end(error))
    }

    @Test("a client that leaves in mid-response: cancelled, held, settled by what the provider tells")
    func clientGone() throws {
        let book = self.book()
        _ = book.created(id: "r", now: 0) { self.admit() }
        #expect(book.abandon(.clientGone, now: 1, hold: 10) == ["r"])
        #expect(book.nextDeadline == 11)
        let turnTold = book.done(ToldTurn(id: "r", status: "cancelled", tokens: self.tokens(3, 4)), now: 5)
        let turn = try #require(turnTold)
        #expect(turn.status == .clientGone && !turn.isEstimated && turn.costMicroUSD == 7)
        #expect(book.afterwards == .letGo)
    }

    @Test("a provider that tells nothing after the client left is waited for only so long")
    func holdOver() {
        let book = self.book()
        _ = book.created(id: "r", now: 0) { self.admit() }
        _ = book.delta(.text, bytes: 40, id: nil, now: 1)
        _ = book.abandon(.clientGone, now: 1, hold: 10)
        #expect(book.timePassed(now: 10) == .goOn)
        #expect(book.timePassed(now: 11) == .letGo)
        let turns = book.close(.ended, now: 11)
        #expect(turns.map(\.status) == [.clientGone] && turns.first?.isEstimated == true)
        #expect(turns.first?.tokens.outputText == 10)
        let again = book.close(.ended, now: 12)
        #expect(again.isEmpty)
    }

    @Test("a response that was asked for before the client left and begins after is cancelled")
    func askedThenGone() {
        let book = self.book()
        _ = book.ask(eventID: nil, now: 0) { self.admit() }
        #expect(book.abandon(.clientGone, now: 1, hold: 10) == [])
        #expect(book.afterwards == .goOn)
        #expect(book.created(id: "r", now: 2, admit: self.never) == .cancel(id: "r", nil))
        _ = book.done(ToldTurn(id: "r", status: "cancelled", tokens: self.tokens(1, 0)), now: 3)
        #expect(book.afterwards == .letGo)
    }

    @Test("an upstream that is lost leaves an estimate, and nothing set aside")
    func upstreamLost() {
        let book = self.book(isBudgeted: true)
        let holder = LimitStage.holder { $0.budgetMicroUSD = 1_000 }
        _ = book.ask(eventID: nil, now: 0) { self.admit(holder, cost: 10) }
        _ = book.created(id: "r", now: 0, admit: self.never)
        _ = book.ask(eventID: nil, now: 0) { self.admit(holder, cost: 10) }
        _ = book.delta(.text, bytes: 400, id: nil, now: 1)
        let turns = book.close(.upstreamLost, now: 2)
        #expect(turns.map(\.status) == [.upstreamLost] && turns.first?.costMicroUSD == 100)
        let usage = self.keeper.usage(keyID: "key_1")
        #expect(usage.spentMicroUSD == 100 && usage.reservedMicroUSD == 0)
        #expect(book.nextDeadline == nil)
    }

    @Test("a shutdown shortens what the upstream is held for")
    func hasten() {
        let book = self.book()
        _ = book.created(id: "r", now: 0) { self.admit() }
        _ = book.abandon(.clientGone, now: 0, hold: 100)
        book.hasten(until: 20)
        book.hasten(until: 50)
        #expect(book.nextDeadline == 20)
    }

    @Test("responses without ids are told apart by order")
    func nameless() throws {
        let book = self.book()
        _ = book.created(id: nil, now: 0) { self.admit() }
        _ = book.delta(.text, bytes: 4, id: "x", now: 0)
        let turnTold = book.done(ToldTurn(id: nil, status: nil, tokens: self.tokens(1, 1)), now: 1)
        let turn = try #require(turnTold)
        #expect(turn.id == "turn_1" && turn.status == .completed)
        let secondTold = book.done(ToldTurn(id: nil, status: nil, tokens: self.tokens(1, 1)), now: 1)
        let second = try #require(secondTold)
        #expect(second.id == "turn_2" && second.isUnbooked)
    }
}
