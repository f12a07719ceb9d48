// How long a peer has been at one message. Nothing forbids a message that never ends (RFC 6455 §5.4), and its bytes keep a
// connection alive that otherwise says nothing.

import EventLoop

/// Adds up the intervals through which the same message was under way, each as long as it was: they may change meanwhile.
///
/// Sessions are many: four bytes, and no time is taken down when a message begins.
struct MessageAge {
    /// What ages are told in; a shorter interval adds nothing.
    static let unit: Duration = .milliseconds(10)
    /// The greatest age that is told, some eleven hours and a half.
    static let greatest: Duration = unit * Int(mostUnits)

    private static let numberBits: UInt32 = 10
    private static let numberMask: UInt32 = 1 << numberBits - 1
    private static let mostUnits: UInt32 = .max >> numberBits - 1

    // Below, which message was under way when the last interval ended, modulo 2^10. Above, one more than its age in units;
    // zero when none was.
    private var state: UInt32 = 0

    /// An interval of this length has ended.
    ///
    /// - Parameters:
    ///   - messages: how many messages have been received whole; nil while none is under way.
    /// - Returns: for how much of the intervals that were seen whole the one under way has been so.
    mutating func ended(_ interval: Duration, messages: UInt32?) -> Duration {
        guard let messages else {
            self.state = 0
            return .zero
        }
        let number = messages & Self.numberMask
        var age: UInt32 = 0
        if self.state >> Self.numberBits > 0, self.state & Self.numberMask == number {
            age = self.state >> Self.numberBits - 1
            age = min(age + min(Self.units(of: interval), Self.mostUnits), Self.mostUnits)
        }
        self.state = (age + 1) << Self.numberBits | number
        return Self.unit * Int(age)
    }

    private static func units(of interval: Duration) -> UInt32 {
        UInt32(clamping: interval.saturatedNanoseconds / Self.unit.saturatedNanoseconds)
    }
}
