// What is known of a session while it runs, for people who look on. Made when somebody asks, never kept.

package import Foundation

/// One session as it is at this moment.
package struct LiveSession: Sendable, Equatable, Identifiable {
    package enum State: String, Sendable, Equatable {
        case opening
        /// Open, with no response under way.
        case idle
        /// A response is under way.
        case responding
        case closing
    }

    package var id: String
    package var requestID: String
    package var kind: Session.Kind
    package var keyID: String
    package var accountID: String
    package var model: String
    package var upstream: String
    package var state: State
    package var startedAt: Date
    package var messagesFromClient: Int
    package var messagesFromUpstream: Int
    package var bytesFromClient: Int
    package var bytesFromUpstream: Int
    /// Bytes that wait in this process for either side to take them.
    package var bufferedBytes: Int
    package var turns: Int
    package var tokens: TokenCounts
    package var costMicroUSD: Int64

    package init(
        id: String,
        requestID: String,
        kind: Session.Kind,
        keyID: String,
        accountID: String,
        model: String,
        upstream: String,
        state: State,
        startedAt: Date,
        messagesFromClient: Int = 0,
        messagesFromUpstream: Int = 0,
        bytesFromClient: Int = 0,
        bytesFromUpstream: Int = 0,
        bufferedBytes: Int = 0,
        turns: Int = 0,
        tokens: TokenCounts = TokenCounts(),
        costMicroUSD: Int64 = 0
    ) {
        self.id = id
        self.requestID = requestID
        self.kind = kind
        self.keyID = keyID
        self.accountID = accountID
        self.model = model
        self.upstream = upstream
        self.state = state
        self.startedAt = startedAt
        self.messagesFromClient = messagesFromClient
        self.messagesFromUpstream = messagesFromUpstream
        self.bytesFromClient = bytesFromClient
        self.bytesFromUpstream = bytesFromUpstream
        self.bufferedBytes = bufferedBytes
        self.turns = turns
        self.tokens = tokens
        self.costMicroUSD = costMicroUSD
    }
}

/// The sessions of all loops of this process.
package protocol SessionBoard: Sendable {
    /// All sessions, oldest first, at most `limit`.
    func sessions(limit: Int) async -> [LiveSession]
    /// The latest messages of a session since somebody began to look on, oldest first; nil when there is none with this id.
    func events(id: String) async -> [SessionEvent]?
    /// Ends a session with 1008 `session_ended` as an operator asked; false when there is none with this id.
    func end(id: String) async -> Bool
}
