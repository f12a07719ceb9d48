// One scope's counts: taken, given back, corrected.

import Testing

@testable import SessionCore

@Suite("LimitScope")
struct LimitScopeTests {
    @Test func takesWhatThereIsAndGivesItBack() {
        var scope = LimitScope()
        scope.prepare(rpm: 2, tpm: 100, now: 0)
        let first = scope.take(tokens: 70, rpm: 2, tpm: 100)
        let second = scope.take(tokens: 70, rpm: 2, tpm: 100)
        #expect(first.tokens == 70 && second.tokens == 30)
        #expect(scope.requests?.level == 0 && scope.tokens?.level == 0)
        scope.giveBack(first)
        #expect(scope.requests?.level == 1 && scope.tokens?.level == 70)
        scope.correct(second, used: 130, now: 0)
        #expect(scope.tokens?.level == -30)
        #expect(!scope.isBlank(now: 0))
    }

    @Test func withoutLimitsNothingIsCounted() {
        var scope = LimitScope()
        scope.prepare(rpm: nil, tpm: nil, now: 0)
        let taken = scope.take(tokens: 5, rpm: nil, tpm: nil)
        #expect(taken.requests == 0 && taken.tokens == nil)
        scope.correct(taken, used: 9, now: 0)
        #expect(scope.requests == nil && scope.tokens == nil)
        #expect(scope.isBlank(now: 0))
    }

    @Test func whatWasTakenBeforeALimitCameIsNotCorrected() {
        var scope = LimitScope()
        let taken = scope.take(tokens: 5, rpm: nil, tpm: nil)
        scope.prepare(rpm: 1, tpm: 10, now: 0)
        scope.correct(taken, used: 9, now: 0)
        scope.giveBack(taken)
        #expect(scope.tokens?.level == 10)
    }
}
