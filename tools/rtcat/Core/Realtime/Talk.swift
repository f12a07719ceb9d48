// What a mode needs of a conversation, whichever vocabulary it is held in. Times are nanoseconds of one monotonic clock.

/// A conversation as a state machine: events and times in, actions out.
package protocol Talk {
    /// The connection is open.
    mutating func opened(now: Int64) -> [TalkAction]
    /// The user has one more turn; false when too many wait.
    mutating func add(_ turn: TalkTurn, now: Int64) -> (accepted: Bool, actions: [TalkAction])
    /// The user will have no more turns.
    mutating func endInput(now: Int64) -> [TalkAction]
    /// The user wants no more of the running answer.
    mutating func cancel() -> [TalkAction]
    /// A message of the server.
    mutating func receive(_ message: [UInt8], now: Int64) -> [TalkAction]
    /// The connection is gone.
    mutating func connectionEnded() -> [TalkAction]
    /// When `timerFired` is due.
    var nextDeadline: Int64? { get }
    mutating func timerFired(now: Int64) -> [TalkAction]
    /// The rate of the answer's sound.
    var answerSampleRate: Int { get }
}

extension RealtimeTalk: Talk {}
