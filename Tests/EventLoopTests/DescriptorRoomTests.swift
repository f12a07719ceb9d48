import Testing

@testable import EventLoop

@Suite("Descriptor room")
struct DescriptorRoomTests {
    @Test(
        "half of what is left is kept, at least 16 and at most 128",
        arguments: [(64, 32, 16), (64, 40, 8), (64, 44, 4), (256, 32, 112), (1024, 33, 863), (1 << 20, 48, 1_048_400)]
    )
    func settle(allowed: Int, open: Int, expected: Int) throws {
        let room = DescriptorRoom()
        #expect(room.take() && room.take())
        try room.settle(open: open, allowed: allowed)
        for _ in 0..<expected { #expect(room.take()) }
        #expect(!room.take())
        #expect(room.taken == expected + 2)
    }

    @Test("no room for a client and its upstream is an error", arguments: [(64, 45), (64, 64), (4, 40)])
    func tooFew(allowed: Int, open: Int) {
        let room = DescriptorRoom()
        let error = #expect(throws: TooFewDescriptors.self) { try room.settle(open: open, allowed: allowed) }
        #expect(error?.description.contains("ulimit -n") == true)
        // As it was.
        #expect(room.take())
    }

    @Test("as many are taken as there are, and taken again when they are given back")
    func taking() {
        let room = DescriptorRoom(limit: 2)
        #expect(room.take() && room.take() && !room.take())
        room.giveBack()
        #expect(room.taken == 1)
        #expect(room.take() && !room.take())
        #expect(!DescriptorRoom(limit: 0).take())
    }
}
