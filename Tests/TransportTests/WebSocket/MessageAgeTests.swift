import Testing

@testable import Transport

@Suite("How long a message has been under way")
struct MessageAgeTests {
    @Test("whole intervals count, from the first end of one that saw the message")
    func counting() {
        var age = MessageAge()
        #expect((0..<4).map { _ in age.intervalEnded(messages: 7) } == [0, 1, 2, 3])
    }

    @Test("another message, or none, begins anew", arguments: [8, nil] as [UInt32?])
    func another(messages: UInt32?) {
        var age = MessageAge()
        #expect((0..<3).map { _ in age.intervalEnded(messages: 7) } == [0, 1, 2])
        #expect(age.intervalEnded(messages: messages) == 0)
        #expect(age.intervalEnded(messages: 8) == (messages == nil ? 0 : 1))
    }

    @Test("the count stays where it cannot go on")
    func saturation() {
        var age = MessageAge()
        for _ in 0..<MessageAge.mostIntervals + 10 { _ = age.intervalEnded(messages: .max) }
        #expect(age.intervalEnded(messages: .max) == MessageAge.mostIntervals)
    }

    @Test("it costs a leg four bytes") func size() {
        #expect(MemoryLayout<MessageAge>.size == 4)
    }
}
