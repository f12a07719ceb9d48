import Testing

@testable import Relay

@Suite("Sockets that have not shown a key, by address")
struct StrangerCountTests {
    @Test("are as many as the limit says, and count no longer than they are kept")
    func limit() {
        let count = StrangerCount()
        let (here, there): ([UInt8], [UInt8]) = ([127, 0, 0, 1], [10, 0, 0, 1])
        var first = count.enter(here, limit: 2)
        let second = count.enter(here, limit: 2)
        #expect(first != nil && second != nil)
        #expect(count.enter(here, limit: 2) == nil)
        #expect(count.enter(there, limit: 2) != nil)
        first = nil
        #expect(count.enter(here, limit: 2) != nil)
        withExtendedLifetime(second) {}
    }
}
