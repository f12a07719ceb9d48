// What belongs to one loop, as other threads may know it.

import EventLoop

/// Something that belongs to a loop's thread, known elsewhere and opened only there.
///
/// The value is read on the loop alone: `withValue` looks at nothing anywhere else, so no two threads ever touch it. The loop
/// alone holds it, and lets go of it last, on its own thread.
final class LoopBound<Value: AnyObject>: @unchecked Sendable {
    let loop: LoopHandle
    private weak var value: Value?

    /// To be made on the loop.
    init(_ value: Value, on loop: LoopHandle) {
        self.loop = loop
        self.value = value
    }

    /// Runs the body on the value; nil on any other thread than the loop's, and when the loop has let go of it.
    func withValue<Result>(_ body: (Value) -> Result) -> Result? {
        self.loop.isCurrent ? self.value.map(body) : nil
    }
}
