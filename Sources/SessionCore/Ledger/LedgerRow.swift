// What the ledger keeps: one row for each turn of a realtime session, each transcription and each HTTP exchange, and one
// record for each realtime session.
//
// A row is known by session and turn; the store takes the first of two with the same name and ignores the other, so that
// whoever is not sure whether a row was written writes it again.

/// One turn, transcription or HTTP exchange that was served.
package struct LedgerRow: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
        case turn
        case transcription
        case exchange
    }

    /// How it ended.
    ///
    /// Providers' own words for a turn come first.
    package enum Status: String, Sendable, Equatable, Codable, CaseIterable {
        case completed
        case cancelled
        case incomplete
        case failed
        /// The client left before the end.
        case clientGone = "client_gone"
        /// The upstream broke off before the end.
        case upstreamLost = "upstream_lost"
        /// Longwire ended it: a budget, a revoked key, a shutdown.
        case ended
    }

    package var kind: Kind
    /// Text of the `SessionID`.
    package var sessionID: String
    /// The response id of a turn, the item id of a transcription, empty for an exchange.
    package var turnID: String
    package var requestID: String
    package var keyID: String
    package var accountID: String
    /// The public model id.
    package var model: String
    package var upstream: String
    /// The model's id at the upstream.
    package var upstreamModel: String
    package var tokens: TokenCounts
    /// Millionths of a dollar, rounded up.
    package var costMicroUSD: Int64
    /// Whether tokens were estimated because the provider told none.
    package var isEstimated: Bool
    package var status: Status
    /// Status of an HTTP exchange as the client saw it.
    package var httpStatus: Int?
    /// Milliseconds since 1970: when the turn or exchange began.
    package var startedAt: Int64
    package var durationMilliseconds: Int
    /// From the beginning to the first byte of content; nil when there was none.
    package var firstByteMilliseconds: Int?

    package init(
        kind: Kind,
        sessionID: String,
        turnID: String,
        requestID: String,
        keyID: String,
        accountID: String,
        model: String,
        upstream: String,
        upstreamModel: String,
        tokens: TokenCounts = TokenCounts(),
        costMicroUSD: Int64 = 0,
        isEstimated: Bool = false,
        status: Status,
        httpStatus: Int? = nil,
        startedAt: Int64,
        durationMilliseconds: Int = 0,
        firstByteMilliseconds: Int? = nil
    ) {
        self.kind = kind
        self.sessionID = sessionID
        self.turnID = turnID
        self.requestID = requestID
        self.keyID = keyID
        self.accountID = accountID
        self.model = model
        self.upstream = upstream
        self.upstreamModel = upstreamModel
        self.tokens = tokens
        self.costMicroUSD = costMicroUSD
        self.isEstimated = isEstimated
        self.status = status
        self.httpStatus = httpStatus
        self.startedAt = startedAt
        self.durationMilliseconds = durationMilliseconds
        self.firstByteMilliseconds = firstByteMilliseconds
    }
}

/// One realtime session that has ended; its turns have rows of their own.
package struct SessionRecord: Sendable, Equatable, Codable {
    package var sessionID: String
    package var requestID: String
    package var keyID: String
    package var accountID: String
    package var model: String
    package var upstream: String
    /// Milliseconds since 1970.
    package var startedAt: Int64
    package var durationMilliseconds: Int
    /// Close code the client saw, or 1006 when it saw none.
    package var closeCode: Int
    /// Stable word, as in the log line "session ended".
    package var cause: String
    package var turns: Int
    package var bytesFromClient: Int
    package var bytesFromUpstream: Int

    package init(
        sessionID: String,
        requestID: String,
        keyID: String,
        accountID: String,
        model: String,
        upstream: String,
        startedAt: Int64,
        durationMilliseconds: Int,
        closeCode: Int,
        cause: String,
        turns: Int,
        bytesFromClient: Int,
        bytesFromUpstream: Int
    ) {
        self.sessionID = sessionID
        self.requestID = requestID
        self.keyID = keyID
        self.accountID = accountID
        self.model = model
        self.upstream = upstream
        self.startedAt = startedAt
        self.durationMilliseconds = durationMilliseconds
        self.closeCode = closeCode
        self.cause = cause
        self.turns = turns
        self.bytesFromClient = bytesFromClient
        self.bytesFromUpstream = bytesFromUpstream
    }
}

/// What is written down.
package enum LedgerEntry: Sendable, Equatable, Codable {
    case row(LedgerRow)
    case session(SessionRecord)
}
