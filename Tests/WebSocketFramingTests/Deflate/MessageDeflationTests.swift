// RFC 7692 §7.2.1. What is deflated here is inflated by `MessageInflation`, whose own tests use the RFC's bytes.

import Testing
import WebSocketFraming

struct MessageDeflationTests {
    /// §7.2.3.1, §7.2.3.2: byte for byte.
    @Test func examplesOfTheRFC() {
        let hello = Array("Hello".utf8)
        // Small enough that without takeover it would go as it is.
        var keeping = DeflationHarness(keepsContext: true)
        #expect(keeping.deflate([hello]) == [[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]])
        var best = DeflationHarness(keepsContext: true, pool: DeflatePool(settings: DeflateSettings(level: 9)))
        #expect(best.deflate([hello]) == [[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]])
        #expect(best.deflate([hello]) == [[0xF2, 0x00, 0x11, 0x00, 0x00]])
    }

    @Test(arguments: [64, 100, 1000, 1 << 16], [true, false]) func roundTrips(_ room: Int, _ keepsContext: Bool) {
        var deflation = DeflationHarness(keepsContext: keepsContext)
        deflation.room = room
        var inflation = InflationHarness(keepsContext: keepsContext)
        for plain in [sampleJSON(1), sampleJSON(200), sampleJSON(70_000), noise(5000), noise(200) + sampleJSON(300)] {
            for size in [plain.count, 61, 1000] {
                let parts = stride(from: 0, to: plain.count, by: size).map {
                    Array(plain[$0..<min($0 + size, plain.count)])
                }
                guard parts.count < 200, let frames = deflation.deflate(parts) else { continue }
                #expect(inflation.inflate(frames) == .success(plain))
                #expect(frames.allSatisfy { $0.count <= room } == true)
            }
        }
    }

    /// Every total length around the room: the flush marker may fall on its edge.
    @Test func theTailMayBeCutAnywhere() {
        var deflation = DeflationHarness(keepsContext: true)
        var inflation = InflationHarness(keepsContext: true)
        deflation.room = 64
        for size in 1...200 {
            let plain = noise(size, seed: UInt64(size))
            #expect(inflation.inflate(deflation.deflate([plain]) ?? []) == .success(plain))
        }
    }

    /// §7.2.3.6.
    @Test func emptyMessages() {
        for keepsContext in [true, false] {
            var deflation = DeflationHarness(keepsContext: keepsContext)
            var inflation = InflationHarness(keepsContext: keepsContext)
            #expect(deflation.deflate([[], []]) == [[0x00]])
            #expect(inflation.inflate([[0x00]]) == .success([]))
            let plain = sampleJSON(500)
            #expect(inflation.inflate(deflation.deflate([plain, []]) ?? []) == .success(plain))
            #expect(inflation.inflate(deflation.deflate([[], plain]) ?? []) == .success(plain))
        }
    }

    @Test func whatDoesNotShrinkGoesAsItIs() {
        var forgetting = DeflationHarness()
        #expect(forgetting.deflate([noise(2000)]) == nil)
        #expect(forgetting.deflate([sampleJSON(2000)]) != nil)
        // With takeover the other side's window must hold it.
        var keeping = DeflationHarness(keepsContext: true)
        #expect(keeping.deflate([noise(2000)]) != nil)
    }

    /// The rule is asked once per message.
    @Test func theFirstChunkDecides() {
        var deflation = DeflationHarness(rule: CompressionRule(minimumBytes: 100))
        #expect(deflation.deflate([sampleJSON(99), sampleJSON(5000)], .text) == nil)
        #expect(deflation.deflate([sampleJSON(100), sampleJSON(1)], .text) != nil)
        #expect(deflation.deflate([sampleJSON(5000)], .binary) == nil)
        #expect(deflation.deflate([sampleJSON(5000)], .text) != nil)
    }

    /// §7.1.2.1: windows down to 8 bits, each read by an inflater of just that size.
    @Test(arguments: 8...15) func windows(_ bits: Int) {
        for level in [1, 6, 9] {
            let pool = DeflatePool(settings: DeflateSettings(level: level))
            var deflation = DeflationHarness(keepsContext: true, windowBits: bits, pool: pool)
            var inflation = InflationHarness(keepsContext: true, windowBits: bits, pool: pool)
            // Repeats at every distance around the window's size.
            for distance in stride(from: (1 << bits) - 300, through: (1 << bits) + 20, by: 7) where distance > 0 {
                let block = noise(distance, seed: UInt64(distance))
                let plain = block + block + block.prefix(50)
                #expect(inflation.inflate(deflation.deflate([plain]) ?? []) == .success(plain))
            }
        }
    }

    /// D8.
    @Test func idleSessionsHoldNoStream() {
        let pool = DeflatePool()
        var deflation = DeflationHarness(pool: pool)
        #expect(deflation.deflate([sampleJSON(2000)]) != nil)
        #expect(deflation.deflation.holdsStream == false)
        #expect(pool.idleCount == 1)
        var other = DeflationHarness(pool: pool)
        #expect(other.deflate([sampleJSON(2000)]) == deflation.deflate([sampleJSON(2000)]))
        #expect(pool.idleCount == 1)
        var keeping = DeflationHarness(keepsContext: true, pool: pool)
        #expect(keeping.deflation.holdsStream == false)
        #expect(keeping.deflate([sampleJSON(2000)]) != nil)
        #expect(keeping.deflation.holdsStream == true)
    }

    /// Through two connections, with the bit where it belongs (§6.1).
    @Test(arguments: bothRoles) func throughConnections(_ role: Role) {
        var sender = WebSocketConnection(role: role, limits: WebSocketLimits(), allowsCompression: true)
        var receiver = Feeder(role.opposite, allowsCompression: true)
        let plain = sampleJSON(30_000)
        var deflation = DeflationHarness()
        deflation.room = 512
        let frames = deflation.deflate([plain], .text) ?? []
        #expect(frames.count > 2)
        for (index, frame) in frames.enumerated() {
            let last = index == frames.count - 1
            let bytes = sender.framed(.text, frame, isFirst: index == 0, isLast: last, compressed: true)
            receiver.feed(bytes ?? [])
        }
        var inflation = InflationHarness()
        #expect(receiver.events == [.message(.text, Array(frames.joined()))])
        #expect(inflation.inflate(receiver.chunks.map(\.payload), .text) == .success(plain))
    }
}
