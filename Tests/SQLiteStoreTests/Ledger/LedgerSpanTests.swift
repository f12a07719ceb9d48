// Whole hours and what sticks out: every moment of the span is in exactly one part.

import SessionCore
import Testing

@testable import SQLiteStore

@Suite("Ledger span")
struct LedgerSpanTests {
    private static let hour: Int64 = 3_600_000

    private func span(_ since: Int64?, _ until: Int64?) -> LedgerSpan {
        var filter = LedgerFilter()
        filter.since = since
        filter.until = until
        return LedgerSpan(filter)
    }

    @Test func withoutEndsAllIsKept() {
        #expect(span(nil, nil) == LedgerSpan(hours: .init(from: nil, to: nil), edges: []))
    }

    @Test func wholeHoursNeedNoRows() {
        #expect(span(2 * Self.hour, 5 * Self.hour) == LedgerSpan(hours: .init(from: 2, to: 5), edges: []))
        #expect(span(2 * Self.hour, nil) == LedgerSpan(hours: .init(from: 2, to: nil), edges: []))
    }

    @Test func whatSticksOutIsSummedByRows() {
        #expect(
            span(2 * Self.hour + 1, 5 * Self.hour - 1)
                == LedgerSpan(
                    hours: .init(from: 3, to: 4),
                    edges: [
                        .init(since: 2 * Self.hour + 1, until: 3 * Self.hour),
                        .init(since: 4 * Self.hour, until: 5 * Self.hour - 1),
                    ]
                )
        )
    }

    @Test func withinAnHourThereAreOnlyRows() {
        let whole = LedgerSpan.Edge(since: 10, until: 20)
        #expect(span(10, 20) == LedgerSpan(hours: nil, edges: [whole]))
        #expect(span(Self.hour - 1, Self.hour + 1).hours == nil)
        #expect(
            span(Self.hour, Self.hour) == LedgerSpan(hours: nil, edges: [.init(since: Self.hour, until: Self.hour)])
        )
    }

    @Test func strangeEndsDoNotTrap() {
        _ = span(.max, .max)
        _ = span(.min, .max)
        _ = span(.max, .min)
    }

    @Test func oneSessionIsSummedByRows() {
        var filter = LedgerFilter()
        filter.sessionID = "sess_1"
        #expect(LedgerSpan(filter) == LedgerSpan(hours: nil, edges: [.init(since: nil, until: nil)]))
    }
}
