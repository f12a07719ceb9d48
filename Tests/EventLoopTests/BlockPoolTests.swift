import EventLoop
import Testing

@Suite("Block pool")
struct BlockPoolTests {
    @Test("gives the same memory out again")
    func reuse() {
        let pool = BlockPool()
        let block = pool.lease()
        #expect(pool.leasedCount == 1)
        pool.giveBack(block)
        #expect(pool.leasedCount == 0)
        #expect(pool.freeCount == 1)
        #expect(pool.lease() === block)
        #expect(pool.freeCount == 0)
    }

    @Test("keeps no more free blocks than its limit")
    func limit() {
        let pool = BlockPool(freeLimit: 2)
        let blocks = (0..<5).map { _ in pool.lease() }
        #expect(pool.leasedCount == 5)
        for block in blocks {
            pool.giveBack(block)
        }
        #expect(pool.freeCount == 2)
        #expect(pool.leasedCount == 0)
    }
}
