// When paced messages are due: evenly spread over time and sessions, so that a relay is woken for each of them as it
// would be by speakers who do not know of each other.

/// The order and times of paced messages.
package struct PacingSchedule: Sendable, Equatable {
    package struct Turn: Sendable, Equatable {
        /// From 0 to the number of sessions, exclusive.
        package let session: Int
        package let fromClient: Bool
    }

    private let interval: Double
    private let sessions: Int
    private let direction: WorkloadDirection
    private let start: Int64
    private var index = 0

    /// - Parameter start: nanoseconds, on the clock that `next` is asked with.
    package init(_ workload: Workload, start: Int64) {
        self.sessions = max(workload.sessions, 1)
        self.interval = 1_000_000_000 / (workload.rate * Double(self.sessions))
        self.direction = workload.direction
        self.start = start
    }

    /// The next message if it is due at `now`.
    package mutating func next(at now: Int64) -> Turn? {
        guard Double(now - self.start) >= Double(self.index) * self.interval else { return nil }
        let round = self.index / self.sessions
        let turn = Turn(
            session: self.index % self.sessions,
            fromClient: self.direction == .up || (self.direction == .both && round % 2 == 0)
        )
        self.index += 1
        return turn
    }
}
