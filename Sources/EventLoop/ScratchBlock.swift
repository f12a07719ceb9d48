// The memory a loop reads into. One block serves every connection of the loop in turn: filled, worked on in place
// and sent on within one turn, so an idle connection owns no buffer. Nothing in it survives the turn.

/// A fixed block of bytes that one loop lends to whatever it runs.
///
/// Not `Sendable`: it belongs to a loop. Calls of `withSpan` do not nest.
@safe
package final class ScratchBlock {
    /// Bytes at the front that reading leaves free, so that a longer header fits before what was read.
    package static let headroom = 16

    /// All bytes, the headroom included.
    package let capacity: Int
    /// The first byte of the headroom.
    package let base: UnsafeMutableRawPointer

    package init(capacity: Int) {
        let capacity = max(capacity, ScratchBlock.headroom)
        self.capacity = capacity
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    deinit {
        unsafe base.deallocate()
    }

    /// Lends all bytes, the headroom first.
    package func withSpan<R, E: Error>(_ body: (inout MutableSpan<UInt8>) throws(E) -> R) throws(E) -> R {
        let start = unsafe base.assumingMemoryBound(to: UInt8.self)
        var span = unsafe MutableSpan(_unsafeStart: start, count: capacity)
        return try body(&span)
    }

    /// Lends all bytes; `withSpan` for what runs with each read, where being generic costs as much as the call.
    package func lend(_ body: (inout MutableSpan<UInt8>) -> Void) {
        let start = unsafe base.assumingMemoryBound(to: UInt8.self)
        var span = unsafe MutableSpan(_unsafeStart: start, count: capacity)
        body(&span)
    }

    /// All bytes, the headroom included.
    package var bytes: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: base, count: capacity)
    }

    /// The bytes from `offset` on, for a read; empty when `offset` lies outside.
    package func room(from offset: Int = ScratchBlock.headroom) -> UnsafeMutableRawBufferPointer {
        guard offset >= 0, offset < capacity else {
            return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeMutableRawBufferPointer(start: base + offset, count: capacity - offset)
    }
}

@available(*, unavailable)
extension ScratchBlock: Sendable {}
