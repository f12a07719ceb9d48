// What a simulated session of any protocol is to the socket that it is played on.

/// A session as a machine: messages and time in, outputs and a deadline out.
package protocol SimulatedSession {
    /// The connection is there; `now` is in nanoseconds on the driver's clock, as everywhere.
    mutating func open(now: Int64) -> [SimulatedOutput]
    /// Takes one whole message.
    mutating func receive(_ message: [UInt8], isBinary: Bool, now: Int64) -> [SimulatedOutput]
    /// Does what has become due.
    mutating func timerFired(now: Int64) -> [SimulatedOutput]
    /// When the session wants `timerFired` next; nil when it waits for nothing.
    var nextDeadline: Int64? { get }
}
