// One admitted piece of work, from *admit* to *settle*: a realtime connection or one HTTP exchange.
//
// The value is made when a client was admitted and belongs to the loop that serves it. What was set aside for it is in
// its `Permit`; a realtime session that has opened keeps of both only what it needs while it is idle (`RealtimeRelay`).

package import Foundation

/// The state that a session carries through its life.
package struct Session: Sendable, Identifiable {
    /// The two lives a session can live.
    package enum Kind: String, Sendable, Equatable {
        case realtime
        case http
    }

    package let id: SessionID
    /// What `x-request-id` says, ours or the client's.
    package let requestID: RequestID
    package let kind: Kind
    package let keyID: String
    package let accountID: String
    /// The public id the client asked for; nil while unknown.
    package var model: String?
    /// Where the work went; nil before *route*, replaced when fail-over moves on.
    package var route: RouteTaken?
    package let startedAt: Date

    package init(
        id: SessionID,
        requestID: RequestID,
        kind: Kind,
        grant: Grant,
        model: String?,
        startedAt: Date
    ) {
        self.id = id
        self.requestID = requestID
        self.kind = kind
        self.keyID = grant.keyID
        self.accountID = grant.accountID
        self.model = model
        self.startedAt = startedAt
    }
}

/// A route by its names: all that is kept of it once the upstream is connected, because sessions are many.
package struct RouteTaken: Sendable, Equatable {
    package let upstream: String
    /// The model's id at the upstream.
    package let model: String

    package init(_ candidate: Candidate) {
        upstream = candidate.upstream.name
        model = candidate.model
    }
}
