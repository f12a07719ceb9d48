// Memory for what cannot stay in scratch: bytes that the kernel refused, or that wait for the rest of a message.
// Blocks of one size are leased and given back; a bounded number of free ones is kept, so that a burst does not
// turn into calls of malloc, nor a past burst into memory held for ever.

/// A leased piece of memory.
///
/// Frees itself when nobody holds it.
@safe
package final class Block {
    package let base: UnsafeMutableRawPointer

    fileprivate init() {
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: BlockPool.blockSize, alignment: 64)
    }

    deinit {
        unsafe base.deallocate()
    }
}

@available(*, unavailable)
extension Block: Sendable {}

/// Leases blocks of 16 KiB.
///
/// Belongs to one loop; not `Sendable`.
package final class BlockPool {
    /// Bytes per block.
    package static let blockSize = 16 * 1024

    /// Most free blocks that are kept for the next lease.
    package let freeLimit: Int
    private var free: [Block] = []
    /// Blocks out on lease.
    package private(set) var leasedCount = 0

    package init(freeLimit: Int = 256) {
        self.freeLimit = max(freeLimit, 0)
    }

    package var freeCount: Int { free.count }

    /// A block with arbitrary content.
    package func lease() -> Block {
        leasedCount += 1
        return free.popLast() ?? Block()
    }

    /// Takes a leased block back.
    package func giveBack(_ block: Block) {
        leasedCount -= 1
        if free.count < freeLimit {
            free.append(block)
        }
    }
}

@available(*, unavailable)
extension BlockPool: Sendable {}
