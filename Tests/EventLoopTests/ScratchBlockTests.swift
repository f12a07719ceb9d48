import EventLoop
import Testing

@Suite("Scratch block")
struct ScratchBlockTests {
    @Test("the span covers all bytes, the headroom first, and starts as zeros")
    func span() {
        let block = ScratchBlock(capacity: 64)
        let sum = block.withSpan { span in
            #expect(span.count == 64)
            var sum = 0
            for index in span.indices {
                sum += Int(span[index])
                span[index] = UInt8(index)
            }
            return sum
        }
        #expect(sum == 0)
        #expect(unsafe block.bytes.count == 64)
        #expect(unsafe block.bytes[63] == 63)
        #expect(unsafe block.room().first == UInt8(ScratchBlock.headroom))
    }

    @Test("room begins after the headroom and never lies outside")
    func room() {
        let block = ScratchBlock(capacity: 64)
        #expect(unsafe block.room().count == 64 - ScratchBlock.headroom)
        #expect(unsafe block.room(from: 60).count == 4)
        #expect(unsafe block.room(from: 64).isEmpty)
        #expect(unsafe block.room(from: -1).isEmpty)
        #expect(unsafe block.room(from: .max).isEmpty)
    }

    @Test("passes an error through")
    func errors() {
        struct Stop: Error {}
        let block = ScratchBlock(capacity: 1)
        #expect(block.capacity == ScratchBlock.headroom)
        #expect(throws: Stop.self) {
            try block.withSpan { _ throws(Stop) in throw Stop() }
        }
    }
}
