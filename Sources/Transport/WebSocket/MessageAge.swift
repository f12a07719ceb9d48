// How long a peer has been at one message. Nothing forbids a message that never ends (RFC 6455 §5.4), and its bytes keep a
// connection alive that otherwise says nothing.

/// Counts the intervals through which the same message was under way.
///
/// Sessions are many: four bytes, and no time is taken down when a message begins.
struct MessageAge {
    /// The most intervals that are told apart.
    static let mostIntervals = Int(UInt16.max)

    /// Which message was under way when the last interval ended, modulo 2^16.
    private var number: UInt16 = 0
    /// The ends of intervals that it has seen.
    private var ends: UInt16 = 0

    /// An interval has ended.
    ///
    /// - Parameters:
    ///   - messages: how many messages have been received whole; nil while none is under way.
    /// - Returns: whole intervals for which the one under way has been so.
    mutating func intervalEnded(messages: UInt32?) -> Int {
        guard let messages else {
            self.ends = 0
            return 0
        }
        let number = UInt16(truncatingIfNeeded: messages)
        if number != self.number { self.ends = 0 }
        self.number = number
        let whole = Int(self.ends)
        if self.ends < .max { self.ends += 1 }
        return whole
    }
}
