// Statuses of providers as routing reads them (protocol: http §6).

import Testing

@testable import SessionCore

@Suite("AttemptOutcome")
struct AttemptOutcomeTests {
    @Test(
        "each status says whose failure it is",
        arguments: [
            (400, .answered), (401, .keyRefused), (402, .outOfQuota(retryAfter: nil)), (403, .modelRefused),
            (404, .unknownModel), (408, .tooSlow), (413, .answered), (422, .answered), (429, .limited(retryAfter: nil)),
            (500, .failed(retryAfter: nil)), (502, .failed(retryAfter: nil)), (503, .failed(retryAfter: nil)),
            (504, .tooSlow), (529, .failed(retryAfter: nil)), (302, .failed(retryAfter: nil)),
            (200, .failed(retryAfter: nil)), (0, .failed(retryAfter: nil)),
        ] as [(Int, AttemptOutcome)]
    )
    func statuses(status: Int, outcome: AttemptOutcome) {
        #expect(AttemptOutcome(status: status) == outcome)
    }

    @Test("words tell money from pace, and a bad key from a bad request")
    func codes() {
        #expect(
            AttemptOutcome(status: 429, code: "insufficient_quota", retryAfter: 3) == .outOfQuota(retryAfter: 3)
        )
        #expect(AttemptOutcome(status: 400, code: "API_KEY_INVALID") == .keyRefused)
    }

    @Test("what is the client's doing, or nobody's, is not tried elsewhere")
    func mayGoOn() {
        let over: [AttemptOutcome] = [.began, .answered, .abandoned]
        #expect(over.allSatisfy { !$0.mayGoOn })
        let open: [AttemptOutcome] = [
            .unknownModel, .limited(retryAfter: nil), .outOfQuota(retryAfter: nil), .keyRefused, .modelRefused,
            .failed(retryAfter: nil), .tooSlow,
        ]
        #expect(open.allSatisfy { $0.mayGoOn })
    }

    @Test("an error about keys of ours is told only when there is no other")
    func weights() {
        #expect(AttemptOutcome.keyRefused.weight < AttemptOutcome.failed(retryAfter: nil).weight)
        #expect(AttemptOutcome.failed(retryAfter: nil).weight < AttemptOutcome.limited(retryAfter: 1).weight)
    }
}
