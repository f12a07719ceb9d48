// What belongs to one loop and lives as long as its thread.

import EventLoop

/// Something that a loop's thread alone opens, held from elsewhere so that it outlives whatever the loop still does.
///
/// The value is read on the loop, and let go of when the loop's thread has ended: no two threads ever touch it at a time.
final class LoopOwned<Value: AnyObject>: @unchecked Sendable {
    let loop: LoopHandle
    private var value: Value?

    /// To be made on the loop.
    init(_ value: Value, on loop: LoopHandle) {
        self.loop = loop
        self.value = value
    }

    /// Runs the body on the value; nil on any other thread than the loop's.
    func withValue<Result>(_ body: (Value) -> Result) -> Result? {
        self.loop.isCurrent ? self.value.map(body) : nil
    }

    /// Lets go of the value; only after the loop's thread was joined.
    func release() {
        self.value = nil
    }
}
