// RFC 6455 §5.3: keys are fresh, and drawn in batches.

import Testing

@testable import Transport

@Suite("MaskingKeySource")
struct MaskingKeySourceTests {
    @Test("hands out no key twice over several batches")
    func fresh() {
        var source = MaskingKeySource()
        var other = MaskingKeySource()
        let keys = (0..<3000).map { _ in source.next() }
        // Two of 3,000 random 32-bit numbers are the same once in a thousand runs; many are never.
        #expect(Set(keys).count >= keys.count - 1)
        #expect(keys.prefix(100) != (0..<100).map { _ in other.next() }[...])
    }

    @Test("uses all bits")
    func bits() {
        var source = MaskingKeySource()
        let keys = (0..<1000).map { _ in source.next() }
        #expect(keys.reduce(0, |) == .max)
        #expect(keys.reduce(.max, &) == 0)
    }
}
