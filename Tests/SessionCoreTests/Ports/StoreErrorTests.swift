// Failures of a store, for operators and for clients.

import SessionCore
import Testing

@Suite("Store error")
struct StoreErrorTests {
    @Test func namesPlaceReasonAndRemedy() {
        let text = StoreError.unavailable(location: "/a/b", reason: "the disk is full", remedy: "Make room.")
            .description
        #expect(text == "The store /a/b cannot be used: the disk is full. Make room.")
    }

    @Test(arguments: [
        StoreError.unavailable(location: "/secret/place", reason: "r", remedy: "m"),
        .corrupt(location: "/secret/place", reason: "r", remedy: "m"), .overloaded(limit: 1),
    ])
    func clientsAreToldToComeBackAndNothingElse(_ error: StoreError) {
        #expect(error.refusal.status == 503)
        #expect(!error.refusal.message.contains("/secret"))
    }
}
