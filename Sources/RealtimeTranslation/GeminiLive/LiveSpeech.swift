// What the user says, as far as a session knows of it: Gemini Live takes audio as a stream, and says little of what it hears.

/// The user's audio since the last turn.
struct LiveSpeech: Sendable {
    /// Less cannot be committed (realtime §4).
    static let leastMilliseconds = 100.0

    /// Milliseconds that no item has been made of.
    var milliseconds = 0.0
    /// Milliseconds of the whole session.
    var total = 0.0
    /// Where the client ends its turns itself: whether the upstream was told that one began.
    var isActivityOpen = false
    /// Whether nothing of it has gone upstream.
    var isUnsent = false
    /// Whether the client was told that the user speaks, and not yet that this has ended.
    var isSpeaking = false
    /// The name that the user's next item was promised to have.
    var promisedID: String?
    /// The item that transcriptions belong to.
    var itemID: String?
    /// What was heard of that item; nil when nothing is under way.
    var transcript: String?
    /// What was heard before there is an item, where the client makes them.
    var early = ""

    mutating func hear(milliseconds new: Double) {
        milliseconds += new
        total += new
    }
}
