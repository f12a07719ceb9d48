// What a talk wants done, and what it wants said to the user.

/// One thing to do.
package enum TalkAction: Equatable, Sendable {
    /// One text message to the server.
    case send([UInt8])
    /// Sound of the answer, PCM16.
    case play([UInt8])
    case tell(TalkNote)
    /// The talk is over.
    case finish(hasFailed: Bool)
}

/// One thing to tell.
package enum TalkNote: Equatable, Sendable {
    /// The user's turn begins: what is said, or how long it is spoken.
    case user(String)
    case speaking(milliseconds: Int)
    /// What the server understood of the user's speech.
    case userTranscript(String)
    /// A piece of the answer's text, and its end.
    case assistant(String)
    case assistantEnd
    case functionCall(name: String, arguments: String, result: String?)
    case report(TurnReport)
    case problem(String)
}
