// One response of a realtime session while it is under way, and what is known of it afterwards.

/// What the bytes of a delta are.
package enum DeltaClass: Sendable, Equatable {
    /// Text, a transcript, the arguments of a call.
    case text
    /// Audio in base64.
    case audio
}

/// A response under way.
struct Turn {
    /// The provider's name for it; a made one if it told none.
    let id: String
    let isNamed: Bool
    /// Monotonic nanoseconds, as all times here.
    let startedAt: Int64
    /// Nil for a response that was not admitted and is being cancelled.
    let permit: Permit?
    let input: TokenCounts
    var firstByteAt: Int64?
    var textBytes = 0
    var audioBytes = 0
    /// Since when it is being cancelled by us, and why.
    var cancelled: (at: Int64, error: RelayError)?

    /// What it has used so far, by the rule of thumb (protocol: realtime §7).
    var estimate: TokenCounts {
        var tokens = self.input
        tokens.outputText = TokenEstimate.text(bytes: self.textBytes)
        tokens.outputAudio = TokenEstimate.audioOut(base64Bytes: self.audioBytes)
        return tokens
    }

    mutating func take(_ delta: DeltaClass, bytes: Int, now: Int64) {
        if self.firstByteAt == nil { self.firstByteAt = now }
        switch delta {
        case .text: self.textBytes = self.textBytes.saturatingSum(bytes)
        case .audio: self.audioBytes = self.audioBytes.saturatingSum(bytes)
        }
    }
}

/// A response that has ended, as it is written down.
package struct FinishedTurn: Sendable, Equatable {
    package var id: String
    package var tokens: TokenCounts
    package var costMicroUSD: Int64
    package var isEstimated: Bool
    package var status: LedgerRow.Status
    package var startedAt: Int64
    package var endedAt: Int64
    package var firstByteAt: Int64?
    /// Nobody was asked before, so nobody has booked the cost yet.
    package var isUnbooked: Bool
}

/// What the provider said when a response ended.
package struct ToldTurn: Sendable, Equatable {
    package var id: String?
    /// `completed`, `cancelled`, `failed`, `incomplete`.
    package var status: String?
    /// Nil when nothing was told.
    package var tokens: TokenCounts?
    /// Whether a zero is a count; some providers send zeros for want of one (protocol: realtime §7).
    package var isExact: Bool

    package init(id: String?, status: String?, tokens: TokenCounts?, isExact: Bool = false) {
        self.id = id
        self.status = status
        self.tokens = tokens
        self.isExact = isExact
    }

    /// Whether the tokens count, so that nothing has to be estimated.
    var hasCount: Bool { self.tokens.map { self.isExact || !$0.isEmpty } ?? false }
}
