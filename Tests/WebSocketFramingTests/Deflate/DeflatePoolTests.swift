// The pool lends, resets and forgets.

import Testing
import WebSocketFraming

struct DeflatePoolTests {
    @Test func lendsWhatItTookBack() {
        let pool = DeflatePool()
        let inflater = pool.lendInflater()
        #expect(inflater != nil && pool.idleCount == 0)
        if let inflater { pool.takeBack(inflater) }
        #expect(pool.idleCount == 1)
        #expect(pool.lendInflater() === inflater)
        #expect(pool.idleCount == 0)
    }

    @Test func keepsFew() {
        let pool = DeflatePool()
        for inflater in (0..<10).map({ _ in pool.lendInflater() }) { if let inflater { pool.takeBack(inflater) } }
        #expect(pool.idleCount == DeflatePool.maximumIdle)
        for bits in 9...15 {
            if let deflater = pool.makeDeflater(windowBits: bits) { pool.takeBack(deflater) }
        }
        #expect(pool.idleCount == 2 * DeflatePool.maximumIdle)
    }

    /// A deflater for a large window writes what a small one cannot read.
    @Test func windowsAreNotMixedUp() {
        let pool = DeflatePool()
        if let wide = pool.makeDeflater(windowBits: 15) { pool.takeBack(wide) }
        #expect(pool.lendDeflater(windowBits: 9)?.windowBits == 9)
        #expect(pool.lendDeflater(windowBits: 15)?.windowBits == 15)
        if let small = Inflater(windowBits: 9) { pool.takeBack(small) }
        #expect(pool.lendInflater()?.windowBits == 15)
    }
}
