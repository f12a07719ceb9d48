// The identifier sequence: same seed, same ids.

import Testing

@testable import Simulator

@Suite("Identifiers")
struct IdentifierSequenceTests {
    @Test("The same seed gives the same sequence, another seed another")
    func isDeterministic() {
        var first = IdentifierSequence(seed: 7)
        var second = IdentifierSequence(seed: 7)
        var other = IdentifierSequence(seed: 8)
        let ids = (0..<100).map { _ in first.next("item_") }
        #expect(ids == (0..<100).map { _ in second.next("item_") })
        #expect(Set(ids).count == 100)
        #expect(!ids.contains(other.next("item_")))
    }

    @Test("An id is its prefix and twenty letters or digits")
    func hasShape() {
        var sequence = IdentifierSequence(seed: 1)
        let id = sequence.next("resp_")
        #expect(id.hasPrefix("resp_"))
        #expect(id.count == 25)
        #expect(id.dropFirst(5).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }

    @Test("The hash is FNV-1a")
    func hashes() {
        #expect(stableHash("") == 0xCBF2_9CE4_8422_2325)
        #expect(stableHash("a") == 0xAF63_DC4C_8601_EC8C)
    }
}
