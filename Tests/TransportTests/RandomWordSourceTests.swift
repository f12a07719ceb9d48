// RFC 6455 §5.3: words are fresh, and drawn in batches.

import Testing

@testable import Transport

@Suite("RandomWordSource")
struct RandomWordSourceTests {
    @Test("hands out no word twice over several batches")
    func fresh() {
        let source = RandomWordSource()
        let other = RandomWordSource()
        let words = (0..<3000).map { _ in source.next() }
        // Two of 3,000 random 32-bit numbers are the same once in a thousand runs; many are never.
        #expect(Set(words).count >= words.count - 1)
        #expect(words.prefix(100) != (0..<100).map { _ in other.next() }[...])
    }

    @Test("uses all bits")
    func bits() {
        let source = RandomWordSource()
        let words = (0..<1000).map { _ in source.next() }
        #expect(words.reduce(0, |) == .max)
        #expect(words.reduce(.max, &) == 0)
    }
}
