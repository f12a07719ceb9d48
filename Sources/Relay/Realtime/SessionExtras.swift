// What few realtime sessions have, in a box of its own: sessions are many and mostly idle.

/// What sets a session apart from most.
final class SessionExtras {
    /// Nil unless a client secret opened the session.
    let bound: BoundSession?
    /// Whether the model is named later, inside the session.
    let isTranscription: Bool
    /// Set where both sides speak Gemini Live.
    let live: LiveTap?
    /// Nil unless somebody looks on.
    var trace: SessionTrace?

    /// Nil where there is nothing of the kind.
    convenience init?(bound: BoundSession?, isTranscription: Bool, live: LiveTap?) {
        guard bound != nil || isTranscription || live != nil else { return nil }
        self.init(bound, isTranscription, live)
    }

    /// Those of a session that is like most.
    convenience init() { self.init(nil, false, nil) }

    private init(_ bound: BoundSession?, _ isTranscription: Bool, _ live: LiveTap?) {
        self.bound = bound
        self.isTranscription = isTranscription
        self.live = live
    }
}
