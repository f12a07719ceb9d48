import EventLoop
import Glibc
import Testing

@Suite("Spill")
struct SpillTests {
    private static let block = BlockPool.blockSize

    private func pattern(_ count: Int, from start: Int = 0) -> [UInt8] {
        (start..<(start + count)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    /// Drains with a kernel that takes at most `most` bytes a call.
    private func drain(
        _ spill: inout Spill,
        _ pool: BlockPool,
        taking most: Int,
        calls: Int = .max
    ) -> (Spill.Drained, [UInt8]) {
        var taken: [UInt8] = []
        var left = calls
        let drained = unsafe spill.drain(into: pool) { parts in
            if left == 0 { return .failed(.wouldBlock) }
            left -= 1
            #expect(parts.count <= Spill.gatherLimit)
            var room = most
            for index in 0..<parts.count {
                let part = unsafe parts[index]
                let piece = unsafe UnsafeRawBufferPointer(start: part.iov_base, count: min(part.iov_len, room))
                unsafe taken.append(contentsOf: piece)
                room -= piece.count
            }
            return .done(most - room)
        }
        return (drained, taken)
    }

    @Test("owns nothing when it is empty")
    func empty() {
        let pool = BlockPool()
        var spill = Spill()
        let isEmpty = spill.isEmpty
        #expect(isEmpty)
        spill.append([UInt8]().span, from: pool)
        #expect(pool.leasedCount == 0)
        let (drained, taken) = drain(&spill, pool, taking: 10)
        #expect(drained == .emptied)
        #expect(taken == [])
        spill.append(pattern(1).span, from: pool)
        #expect(pool.leasedCount == 1)
        _ = drain(&spill, pool, taking: 1)
        #expect(pool.leasedCount == 0)
    }

    @Test(
        "gives back what it took in, whatever the sizes",
        arguments: [1, 2, block - 1, block, block + 1, 3 * block, 20 * block + 5],
        [1, 7, block - 1, block, block + 1]
    )
    func roundTrip(size: Int, step: Int) {
        let pool = BlockPool()
        var spill = Spill()
        let bytes = pattern(size)
        var offset = 0
        let piece = step == 1 ? min(size, 257) : step
        while offset < size {
            let end = min(offset + piece, size)
            spill.append(Array(bytes[offset..<end]).span, from: pool)
            offset = end
        }
        let held = spill.count
        #expect(held == size)
        #expect(pool.leasedCount == (size + Self.block - 1) / Self.block)
        var taken: [UInt8] = []
        let most = max(step, size / 500)
        while !spill.isEmpty {
            let (drained, some) = drain(&spill, pool, taking: most)
            let expected: Spill.Drained = spill.isEmpty ? .emptied : .waiting
            #expect(drained == expected)
            taken += some
        }
        #expect(taken == bytes)
        #expect(pool.leasedCount == 0)
    }

    @Test("stays in order when appending and draining alternate")
    func interleaved() {
        let pool = BlockPool()
        var spill = Spill()
        var taken: [UInt8] = []
        var written = 0
        for round in 1...200 {
            let count = round * 211 % 5_000
            spill.append(pattern(count, from: written).span, from: pool)
            written += count
            taken += drain(&spill, pool, taking: round * 173 % 4_000, calls: 1).1
            let held = spill.count
            #expect(held == written - taken.count)
        }
        taken += drain(&spill, pool, taking: .max).1
        #expect(taken == pattern(written))
        #expect(pool.leasedCount == 0)
    }

    @Test("waits when the call would block or is interrupted, fails with everything else (F14)")
    func errors() {
        let pool = BlockPool()
        var spill = Spill()
        spill.append(pattern(10).span, from: pool)
        for error in [SystemError.wouldBlock, .interrupted] {
            let drained = unsafe spill.drain(into: pool) { _ in .failed(error) }
            #expect(drained == .waiting)
        }
        let broken = unsafe spill.drain(into: pool) { _ in .failed(.brokenPipe) }
        #expect(broken == .failed(.brokenPipe))
        let held = spill.count
        #expect(held == 10)
        spill.releaseAll(to: pool)
        let isEmpty = spill.isEmpty
        #expect(isEmpty)
        #expect(pool.leasedCount == 0)
    }

    @Test("does not believe a call that claims to have taken more than it was given")
    func exaggeration() {
        let pool = BlockPool()
        var spill = Spill()
        spill.append(pattern(10).span, from: pool)
        let drained = unsafe spill.drain(into: pool) { _ in .done(99) }
        #expect(drained == .emptied)
        let held = spill.count
        #expect(held == 0)
    }
}
