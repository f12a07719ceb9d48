// A turn of the model under way: what it will say, how far it is, when its next message is due.
//
// Phases: hearing (the user's words are transcribed) → thinking → speaking (piece by piece) → ending → over; a turn that calls
// functions waits after its call for all their results, and then another one begins.

/// A turn.
struct LiveTurn: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        case hearing(piece: Int)
        case thinking
        case speaking(piece: Int)
        /// All was said; the end is told a moment later.
        case ending
        /// The results of these calls are waited for.
        case calling(ids: [String])
    }

    var phase: Phase
    /// Nanoseconds on the driver's clock; nil when it waits for the client.
    var dueAt: Int64?
    /// What was heard, word by word, where that is told.
    var transcript: [String] = []
    var pieces: [String] = []
    var said = ""
    var spokenMilliseconds = 0
    /// What the model took in.
    var input = LiveTokens()

    /// The piece before which a fault strikes.
    var faultPiece: Int { self.pieces.count / 2 }
}
