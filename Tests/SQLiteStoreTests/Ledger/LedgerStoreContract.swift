// What every store of the ledger promises, in the manner of `KeyStoreContract`: each promise is given a fresh store.

import SessionCore
import Testing

/// The promises of `LedgerStore`.
enum LedgerStoreContract: String, CaseIterable, Sendable {
    case startsEmpty
    case keepsEveryField
    case takesTheFirstOfTwo
    case tellsNamesApart
    case pagesNewestFirst
    case filters
    case tellsTheCloseCode
    case sumsByGroup
    case sumsBySteps
    case sumsParts
    case countsErrorsAndRequests
    case tellsTimesToFirstByte
    case sumsWhatIsSpent
    case boundsWhatProvidersSay

    private typealias Sample = LedgerSample

    /// Holds `store` to the promise.
    func hold(_ store: any LedgerStore) async throws {
        switch self {
        case .startsEmpty: try await startsEmpty(store)
        case .keepsEveryField: try await keepsEveryField(store)
        case .takesTheFirstOfTwo: try await takesTheFirstOfTwo(store)
        case .tellsNamesApart: try await tellsNamesApart(store)
        case .pagesNewestFirst: try await pagesNewestFirst(store)
        case .filters: try await filters(store)
        case .tellsTheCloseCode: try await tellsTheCloseCode(store)
        case .sumsByGroup: try await sumsByGroup(store)
        case .sumsBySteps: try await sumsBySteps(store)
        case .sumsParts: try await sumsParts(store)
        case .countsErrorsAndRequests: try await countsErrorsAndRequests(store)
        case .tellsTimesToFirstByte: try await tellsTimesToFirstByte(store)
        case .sumsWhatIsSpent: try await sumsWhatIsSpent(store)
        case .boundsWhatProvidersSay: try await boundsWhatProvidersSay(store)
        }
    }

    private func rows(
        _ store: any LedgerStore,
        _ change: (inout LedgerFilter) -> Void = { _ in }
    ) async throws
        -> [LedgerRow]
    {
        var filter = LedgerFilter()
        change(&filter)
        return try await store.rows(filter, limit: 1_000, after: nil).entries.map(\.row)
    }

    private func startsEmpty(_ store: any LedgerStore) async throws {
        #expect(try await store.spend().isEmpty)
        #expect(try await store.rows(LedgerFilter(), limit: 10, after: nil) == LedgerPage(entries: [], next: nil))
        #expect(try await store.sums(LedgerFilter(), by: .none, interval: nil).isEmpty)
        try await store.write([])
    }

    private func keepsEveryField(_ store: any LedgerStore) async throws {
        let full = Sample.row(1) {
            $0.kind = .exchange
            $0.tokens = Sample.tokens(3)
            $0.costMicroUSD = 17
            $0.isEstimated = true
            $0.status = .clientGone
            $0.httpStatus = 200
            $0.durationMilliseconds = 1_234
            $0.firstByteMilliseconds = 56
            $0.model = "'; DROP TABLE ledger; -- \u{1F511}"
        }
        try await store.write([.row(full), .row(Sample.row(2))])
        #expect(try await rows(store) == [Sample.row(2), full])
    }

    private func takesTheFirstOfTwo(_ store: any LedgerStore) async throws {
        let first = Sample.row(1) {
            $0.tokens = Sample.tokens(1)
            $0.costMicroUSD = 5
        }
        try await store.write([.row(first), .row(first)])
        try await store.write([.row(Sample.row(1) { $0.costMicroUSD = 9 }), .row(first)])
        try await store.write([.session(Sample.session("sess_1")), .session(Sample.session("sess_1", closeCode: 4000))])
        #expect(try await rows(store) == [first])
        let sum = try await store.sums(LedgerFilter(), by: .none, interval: nil)
        #expect(sum == [LedgerSum(group: "", requests: 1, tokens: Sample.tokens(1), costMicroUSD: 5)])
        #expect(try await store.spend() == [KeySpend(keyID: "key_1", accountID: "default", microUSD: 5)])
    }

    private func tellsNamesApart(_ store: any LedgerStore) async throws {
        let rows = [
            Sample.row(1), Sample.row(1) { $0.kind = .transcription }, Sample.row(1) { $0.sessionID = "sess_2" },
            Sample.row(2),
        ]
        try await store.write(rows.map { .row($0) })
        #expect(try await self.rows(store).count == 4)
    }

    private func pagesNewestFirst(_ store: any LedgerStore) async throws {
        // Some begin in the same millisecond, and they are not written in order.
        let rows = (0..<50).map { number in Sample.row(number) { $0.startedAt = Sample.day + Int64(number * 7 % 10) } }
        try await store.write(rows.map { .row($0) })
        var seen: [LedgerPage.Entry] = []
        var cursor: Int64?
        repeat {
            let page = try await store.rows(LedgerFilter(), limit: 7, after: cursor)
            #expect(page.entries.count == 7 || page.next == nil)
            seen += page.entries
            cursor = page.next
        } while cursor != nil
        #expect(Set(seen.map(\.row.turnID)).count == 50 && seen.count == 50)
        #expect(seen.map(\.row.startedAt) == seen.map(\.row.startedAt).sorted(by: >))
        #expect(try await store.rows(LedgerFilter(), limit: 50, after: nil).next == nil)
        #expect(try await store.rows(LedgerFilter(), limit: 0, after: nil).entries.count == 1)
        #expect(try await store.rows(LedgerFilter(), limit: 5, after: 999_999).entries.isEmpty)
    }

    private func filters(_ store: any LedgerStore) async throws {
        let odd = Sample.row(2) {
            $0.kind = .exchange
            $0.sessionID = "sess_2"
            $0.requestID = "req_2"
            $0.keyID = "key_2"
            $0.accountID = "acct_2"
            $0.model = "gpt-4o"
            $0.upstream = "azure"
            $0.status = .failed
        }
        try await store.write([.row(Sample.row(1)), .row(odd), .row(Sample.row(3))])
        let changes: [(inout LedgerFilter) -> Void] = [
            { $0.keyID = "key_2" }, { $0.accountID = "acct_2" }, { $0.model = "gpt-4o" }, { $0.upstream = "azure" },
            { $0.status = .failed }, { $0.kind = .exchange }, { $0.sessionID = "sess_2" }, { $0.requestID = "req_2" },
            {
                $0.since = Sample.day + 2
                $0.until = Sample.day + 3
            },
        ]
        for change in changes {
            var filter = LedgerFilter()
            change(&filter)
            #expect(try await rows(store, change) == [odd])
            #expect(try await store.sums(filter, by: .none, interval: nil).map(\.requests) == [1])
        }
        #expect(try await rows(store) { $0.keyID = "' OR 1=1 --" }.isEmpty)
    }

    private func tellsTheCloseCode(_ store: any LedgerStore) async throws {
        try await store.write([
            .row(Sample.row(1)), .row(Sample.row(2) { $0.status = .ended }),
            .row(Sample.row(3) { ($0.sessionID, $0.status) = ("sess_2", .clientGone) }),
            .session(Sample.session("sess_1", closeCode: 1008)),
        ])
        let entries = try await store.rows(LedgerFilter(), limit: 9, after: nil).entries
        #expect(entries.map(\.closeCode) == [nil, 1008, nil])
    }

    private func sumsByGroup(_ store: any LedgerStore) async throws {
        for (number, names) in [("key_1", "a", "m"), ("key_2", "b", "n"), ("key_1", "a", "n")].enumerated() {
            try await store.write([
                .row(
                    Sample.row(number) {
                        ($0.keyID, $0.accountID, $0.model) = names
                        $0.upstream = "up-\(names.2)"
                        $0.tokens = Sample.tokens(number + 1)
                        $0.costMicroUSD = Int64(10 * (number + 1))
                    }
                )
            ])
        }
        func costs(_ group: LedgerGroup) async throws -> [String: Int64] {
            let sums = try await store.sums(LedgerFilter(), by: group, interval: nil)
            return Dictionary(uniqueKeysWithValues: sums.map { ($0.group, $0.costMicroUSD) })
        }
        #expect(try await costs(.none) == ["": 60])
        #expect(try await costs(.key) == ["key_1": 40, "key_2": 20])
        #expect(try await costs(.account) == ["a": 40, "b": 20])
        #expect(try await costs(.model) == ["m": 10, "n": 50])
        #expect(try await costs(.upstream) == ["up-m": 10, "up-n": 50])
        #expect(try await store.sums(LedgerFilter(), by: .none, interval: nil).first?.tokens == Sample.tokens(6))
    }

    private func sumsBySteps(_ store: any LedgerStore) async throws {
        let moments: [Int64] = [0, 1, Sample.hour, 26 * Sample.hour - 1, 26 * Sample.hour]
        try await store.write(
            moments.enumerated().map { number, offset in .row(Sample.row(number) { $0.startedAt = Sample.day + offset })
            }
        )
        func steps(_ interval: LedgerInterval) async throws -> [Int64] {
            try await store.sums(LedgerFilter(), by: .none, interval: interval)
                .flatMap { sum in Array(repeating: ((sum.start ?? -1) - Sample.day) / Sample.hour, count: sum.requests)
                }
        }
        #expect(try await steps(.hour) == [0, 0, 1, 25, 26])
        #expect(try await steps(.day) == [0, 0, 0, 24, 24])
    }

    /// Whole hours and edges are summed in different ways; both see the same rows.
    private func sumsParts(_ store: any LedgerStore) async throws {
        let rows = (0..<240).map { number in
            Sample.row(number) {
                $0.startedAt = Sample.day + Int64(number) * 60_000
                $0.tokens = Sample.tokens(number)
                $0.costMicroUSD = Int64(number)
                $0.firstByteMilliseconds = number
            }
        }
        try await store.write(rows.map { .row($0) })
        for (since, until) in [(0, 240), (1, 239), (59, 61), (60, 120), (61, 119), (30, 30), (90, 200), (0, 59)] {
            var filter = LedgerFilter()
            filter.since = Sample.day + Int64(since) * 60_000
            filter.until = Sample.day + Int64(until) * 60_000
            let sum = try await store.sums(filter, by: .none, interval: nil).first ?? LedgerSum(group: "")
            let expected = Array(since..<until)
            #expect(sum.requests == expected.count)
            #expect(sum.costMicroUSD == Int64(expected.reduce(0, +)))
            #expect(sum.tokens == Sample.tokens(expected.reduce(0, +)))
            #expect(sum.firstByteP50 == (expected.isEmpty ? nil : expected[(expected.count + 1) / 2 - 1]))
        }
    }

    private func countsErrorsAndRequests(_ store: any LedgerStore) async throws {
        try await store.write([
            .row(Sample.row(1)), .row(Sample.row(2) { $0.status = .failed }),
            .row(Sample.row(3) { $0.status = .upstreamLost }), .row(Sample.row(4) { $0.status = .cancelled }),
            .row(Sample.row(5) { ($0.kind, $0.httpStatus) = (.exchange, 502) }),
            .row(Sample.row(6) { ($0.kind, $0.httpStatus) = (.exchange, 200) }),
            .row(Sample.row(7) { ($0.kind, $0.status, $0.costMicroUSD) = (.transcription, .failed, 3) }),
        ])
        var filter = LedgerFilter()
        for since in [nil, Sample.day + 1] {
            filter.since = since
            let sum = try await store.sums(filter, by: .none, interval: nil).first
            #expect(sum?.requests == 6 && sum?.errors == 3 && sum?.costMicroUSD == 3)
        }
    }

    private func tellsTimesToFirstByte(_ store: any LedgerStore) async throws {
        let rows = (1...100).map { number in
            Sample.row(number) {
                $0.firstByteMilliseconds = number
                $0.model = number <= 50 ? "fast" : "slow"
            }
        }
        // Two batches: what is kept is added to.
        try await store.write(rows.prefix(30).map { .row($0) })
        try await store.write(rows.dropFirst(30).map { .row($0) } + [.row(Sample.row(999) { $0.model = "none" })])
        let sums = try await store.sums(LedgerFilter(), by: .model, interval: .day)
        #expect(sums.map(\.group) == ["fast", "none", "slow"])
        #expect(sums.map(\.firstByteP50) == [25, nil, 75])
        #expect(sums.map(\.firstByteP95) == [48, nil, 98])
    }

    private func sumsWhatIsSpent(_ store: any LedgerStore) async throws {
        try await store.write([
            .row(Sample.row(1) { $0.costMicroUSD = 5 }),
            .row(Sample.row(2) { ($0.kind, $0.costMicroUSD) = (.transcription, 6) }),
            .row(Sample.row(3) { ($0.keyID, $0.accountID, $0.costMicroUSD) = ("key_2", "a", 7) }),
        ])
        #expect(
            try await store.spend() == [
                KeySpend(keyID: "key_1", accountID: "default", microUSD: 11),
                KeySpend(keyID: "key_2", accountID: "a", microUSD: 7),
            ]
        )
    }

    private func boundsWhatProvidersSay(_ store: any LedgerStore) async throws {
        let absurd = (1...9).map { number in
            Sample.row(number) {
                $0.tokens = TokenCounts()
                $0.tokens.inputText = number == 1 ? .min : .max
                $0.tokens.outputAudio = .max
                $0.costMicroUSD = .max
                $0.durationMilliseconds = .max
                $0.firstByteMilliseconds = .max
                $0.startedAt = number == 1 ? .min : .max
            }
        }
        try await store.write(absurd.map { .row($0) })
        try await store.write([.row(Sample.row(99))])
        #expect(try await rows(store).count == 10)
        let sums = try await store.sums(LedgerFilter(), by: .none, interval: .day)
        #expect(sums.map(\.requests).reduce(0, +) == 10)
        #expect(sums.allSatisfy { $0.costMicroUSD >= 0 && $0.tokens.inputText >= 0 })
    }
}
