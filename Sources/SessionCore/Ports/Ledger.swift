// Where turns are written down, as SessionCore sees it.

/// What loops write to.
///
/// `append` returns at once and never waits for a disk; what it took outlives the end of the process.
///
/// A row is appended *before* the client is told that its turn or exchange is complete: a kill at any moment then loses
/// nothing that a client saw finished.
package protocol Ledger: Sendable {
    func append(_ entry: LedgerEntry)
}

/// A ledger that keeps nothing: tests, and tools without a store.
package struct NoLedger: Ledger {
    package init() {}
    package func append(_ entry: LedgerEntry) {}
}

/// The ledger's store: rows in, sums and rows out.
///
/// Calls block for the length of a disk access, on threads of the store's own.
package protocol LedgerStore: Sendable {
    /// Writes entries as one transaction; those that are there already are left as they are.
    func write(_ entries: [LedgerEntry]) async throws(StoreError)

    /// What each key has spent so far, in millionths of a dollar.
    func spend() async throws(StoreError) -> [KeySpend]

    /// Rows, newest first.
    func rows(_ filter: LedgerFilter, limit: Int, after cursor: Int64?) async throws(StoreError) -> LedgerPage

    /// Sums by group, and if `interval` is given by moment as well.
    func sums(
        _ filter: LedgerFilter,
        by group: LedgerGroup,
        interval: LedgerInterval?
    ) async throws(StoreError)
        -> [LedgerSum]
}

/// What one key has spent.
package struct KeySpend: Sendable, Equatable {
    package var keyID: String
    package var accountID: String
    package var microUSD: Int64

    package init(keyID: String, accountID: String, microUSD: Int64) {
        self.keyID = keyID
        self.accountID = accountID
        self.microUSD = microUSD
    }
}

/// Which rows count; nil counts all.
package struct LedgerFilter: Sendable, Equatable {
    package var keyID: String?
    package var accountID: String?
    package var model: String?
    package var upstream: String?
    package var status: LedgerRow.Status?
    package var kind: LedgerRow.Kind?
    package var sessionID: String?
    package var requestID: String?
    /// From this moment, milliseconds since 1970, inclusive.
    package var since: Int64?
    /// To this moment, exclusive.
    package var until: Int64?

    package init() {}
}

/// What sums are told apart by.
package enum LedgerGroup: String, Sendable, Equatable, CaseIterable {
    case none
    case key
    case account
    case model
    case upstream
}

/// Length of a step of a series, in UTC.
package enum LedgerInterval: String, Sendable, Equatable, CaseIterable {
    case hour
    case day
}

/// A sum over rows.
package struct LedgerSum: Sendable, Equatable {
    /// Key id, account id, model or upstream; empty for `none`.
    package var group: String
    /// Beginning of the step, milliseconds since 1970; nil without an interval.
    package var start: Int64?
    /// Turns and exchanges, transcriptions not counted.
    package var requests: Int
    /// Those of them with status `failed`, `upstream_lost`, or HTTP status of 400 and above.
    package var errors: Int
    package var tokens: TokenCounts
    package var costMicroUSD: Int64
    /// Median and 95th percentile of the time to the first byte; nil when no row has one.
    package var firstByteP50: Int?
    package var firstByteP95: Int?

    package init(
        group: String,
        start: Int64? = nil,
        requests: Int = 0,
        errors: Int = 0,
        tokens: TokenCounts = TokenCounts(),
        costMicroUSD: Int64 = 0,
        firstByteP50: Int? = nil,
        firstByteP95: Int? = nil
    ) {
        self.group = group
        self.start = start
        self.requests = requests
        self.errors = errors
        self.tokens = tokens
        self.costMicroUSD = costMicroUSD
        self.firstByteP50 = firstByteP50
        self.firstByteP95 = firstByteP95
    }
}

/// Rows with their place, and where the next page begins.
package struct LedgerPage: Sendable, Equatable {
    /// A row with its number in the store and, for a turn during which the session ended, the session's close code.
    package struct Entry: Sendable, Equatable {
        package var number: Int64
        package var row: LedgerRow
        package var closeCode: Int?

        package init(number: Int64, row: LedgerRow, closeCode: Int? = nil) {
            self.number = number
            self.row = row
            self.closeCode = closeCode
        }
    }

    package var entries: [Entry]
    /// Give this as `after` to get what follows; nil at the end.
    package var next: Int64?

    package init(entries: [Entry], next: Int64?) {
        self.entries = entries
        self.next = next
    }
}
