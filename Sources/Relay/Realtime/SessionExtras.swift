// What few realtime sessions have, in a box of its own: sessions are many and mostly idle.

/// What sets a session apart from most.
final class SessionExtras {
    /// Nil unless a client secret opened the session.
    let bound: BoundSession?
    /// Whether the model is named later, inside the session.
    let isTranscription: Bool
    /// Set where both sides speak Gemini Live.
    let live: LiveTap?

    /// Nil where there is nothing of the kind.
    init?(bound: BoundSession?, isTranscription: Bool, live: LiveTap?) {
        guard bound != nil || isTranscription || live != nil else { return nil }
        self.bound = bound
        self.isTranscription = isTranscription
        self.live = live
    }
}
