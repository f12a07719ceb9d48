// Bounds and times of one Gemini Live session. Times are in nanoseconds.

/// What a session may hold, and how long it waits.
package struct LiveLimits: Sendable, Equatable {
    /// Bytes that wait for the upstream to be set up; one event with the most audio that OpenAI takes fits (realtime §4).
    package var queuedBytes = 24 << 20
    /// Bytes that are kept to be said again over the next connection: about half a minute of audio.
    package var replayedBytes = 2 << 20
    /// Items that `conversation.item.retrieve` finds, and the bytes that they take.
    package var historyItems = 1_000
    package var historyBytes = 1 << 20
    /// Function calls that no output was given for.
    package var pendingToolCalls = 64
    /// Values within one client event, nested ones included.
    package var eventValues = 200_000
    /// Bytes of one transcript or one answer's text.
    package var transcriptBytes = 1 << 20
    /// Output items of one response.
    package var outputItems = 256

    /// How long a setup waits for a first event to say what it should be.
    package var setupDelay: Int64 = 1_000_000_000
    /// How long an upstream may take to be set up.
    package var setupTimeout: Int64 = 15_000_000_000
    /// How long `response.done` of an interrupted response waits for what the response has cost.
    package var usageDelay: Int64 = 200_000_000
    /// What is left of an upstream's time when what the client has begun, but for an answer under way, no longer holds up
    /// the next connection; of a short time a quarter.
    package var reconnectMargin: Int64 = 5_000_000_000
    /// The shortest life of a connection that is followed by another after it was lost.
    package var connectionLife: Int64 = 30_000_000_000

    package init() {}
}

/// A session as it opens; nothing of it changes later.
package struct GeminiLiveDescription: Sendable {
    /// The model as the upstream calls it, such as `models/gemini-live-2.5-flash`.
    package var upstreamModel: String
    /// The model as the client calls it.
    package var model: String
    /// Letters and digits, at most 16, unique among sessions: the names of items, responses and events are made of it.
    package var identifierBase: String
    /// Seconds since 1970, for the session object.
    package var expiresAt: Int64
    package var limits = LiveLimits()

    package init(upstreamModel: String, model: String, identifierBase: String, expiresAt: Int64) {
        self.upstreamModel = upstreamModel
        self.model = model
        self.identifierBase = identifierBase
        self.expiresAt = expiresAt
    }
}

/// What a session asks of whoever runs it; to be done in order.
package enum LiveAction: Sendable, Equatable {
    /// Send the client this event: one JSON object (realtime §5).
    case say([UInt8])
    /// Send the upstream this message, as text.
    case send([UInt8])
    /// Leave the upstream and dial it anew; `upstreamOpened` or `upstreamClosed` follows.
    case reconnect
    /// The client was told why: close its connection and the upstream's; nothing follows.
    case end(LiveEnd)

    var isEnd: Bool {
        if case .end = self { true } else { false }
    }
}

/// How a session ends that was not ended by its client.
package struct LiveEnd: Sendable, Equatable {
    package var type: String
    package var code: String
    package var message: String
    /// The close code for the client (realtime §9, §15.2).
    package var closeCode: UInt16
}
