// The bytes that the kernel refused, kept in order until it takes them. While a spill holds bytes its owner reads
// nothing from the other side; that, and not this type, bounds its size.
//
// Invariants: empty means no block held; `head` < blockSize is the first unsent byte of the first block, `tail` <=
// blockSize the end of the bytes in the last one.

package import Glibc

/// A first-in-first-out run of bytes in leased blocks.
///
/// Give every block back with `releaseAll` before dropping it.
package struct Spill: ~Copyable {
    /// What became of a drain.
    package enum Drained: Equatable, Sendable {
        /// Nothing is left.
        case emptied
        /// The kernel took what it could; wait for room.
        case waiting
        /// The connection is broken.
        case failed(SystemError)
    }

    /// Most pieces that one gathered send takes.
    package static let gatherLimit = 16

    private var blocks: [Block] = []
    // Every channel has two spills, so the offsets into a block take no more room than they need.
    private var storedHead: UInt16 = 0
    private var storedTail: UInt16 = 0
    private var head: Int {
        get { Int(storedHead) }
        set { storedHead = UInt16(truncatingIfNeeded: newValue) }
    }
    private var tail: Int {
        get { Int(storedTail) }
        set { storedTail = UInt16(truncatingIfNeeded: newValue) }
    }
    /// Bytes held.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Copies the bytes to the end.
    package mutating func append(_ bytes: UnsafeRawBufferPointer, from pool: BlockPool) {
        var offset = 0
        while offset < bytes.count {
            if blocks.isEmpty || tail == BlockPool.blockSize {
                blocks.append(pool.lease())
                tail = 0
            }
            let step = min(bytes.count - offset, BlockPool.blockSize - tail)
            if let source = bytes.baseAddress, let last = blocks.last {
                unsafe (last.base + tail).copyMemory(from: source + offset, byteCount: step)
            }
            tail += step
            offset += step
        }
        count += bytes.count
    }

    /// Copies the bytes to the end.
    package mutating func append(_ bytes: Span<UInt8>, from pool: BlockPool) {
        unsafe bytes.withUnsafeBytes { unsafe append($0, from: pool) }
    }

    /// Offers the bytes in order, up to `gatherLimit` pieces at a time, until all are taken or `write` says stop.
    package mutating func drain(
        into pool: BlockPool,
        using write: (UnsafeBufferPointer<iovec>) -> CallResult
    ) -> Drained {
        while count > 0 {
            let offered = min(count, Spill.gatherLimit * BlockPool.blockSize - head)
            switch unsafe offer(to: write) {
            case .done(let taken):
                let taken = min(max(taken, 0), offered)
                discard(taken, into: pool)
                if taken < offered { return .waiting }
            case .failed(let error):
                return error.meansTryLater ? .waiting : .failed(error)
            }
        }
        return .emptied
    }

    /// Sends the bytes to a descriptor.
    package mutating func drain(to descriptor: CInt, through calls: any SystemCalls, into pool: BlockPool) -> Drained {
        unsafe drain(into: pool) { parts in unsafe calls.sendGathered(descriptor, parts) }
    }

    /// Drops everything and gives the blocks back.
    package mutating func releaseAll(to pool: BlockPool) {
        for block in blocks {
            pool.giveBack(block)
        }
        // The room for the list stays: who spilled once may spill with every message.
        blocks.removeAll(keepingCapacity: true)
        head = 0
        tail = 0
        count = 0
    }

    private func offer(to write: (UnsafeBufferPointer<iovec>) -> CallResult) -> CallResult {
        let pieces = min(blocks.count, Spill.gatherLimit)
        return unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: pieces) { parts in
            for index in 0..<pieces {
                let start = index == 0 ? head : 0
                let end = index == blocks.count - 1 ? tail : BlockPool.blockSize
                unsafe parts.initializeElement(
                    at: index,
                    to: iovec(iov_base: blocks[index].base + start, iov_len: end - start)
                )
            }
            return unsafe write(UnsafeBufferPointer(parts))
        }
    }

    private mutating func discard(_ taken: Int, into pool: BlockPool) {
        count -= taken
        if count == 0 {
            releaseAll(to: pool)
            return
        }
        let position = head + taken
        let finished = position / BlockPool.blockSize
        head = position % BlockPool.blockSize
        for block in blocks.prefix(finished) {
            pool.giveBack(block)
        }
        blocks.removeFirst(finished)
    }
}
