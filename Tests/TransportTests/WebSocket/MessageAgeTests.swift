import Testing

@testable import Transport

@Suite("How long a message has been under way")
struct MessageAgeTests {
    @Test("whole intervals count, from the first end of one that saw the message")
    func counting() {
        var age = MessageAge()
        let ages = (0..<4).map { _ in age.ended(.seconds(20), messages: 7) }
        #expect(ages == [.zero, .seconds(20), .seconds(40), .seconds(60)])
    }

    @Test("another message, or none, begins anew", arguments: [8, nil] as [UInt32?])
    func another(messages: UInt32?) {
        var age = MessageAge()
        for _ in 0..<3 { _ = age.ended(.seconds(1), messages: 7) }
        #expect(age.ended(.seconds(1), messages: messages) == .zero)
        #expect(age.ended(.seconds(1), messages: 8) == (messages == nil ? .zero : .seconds(1)))
    }

    @Test("intervals that change count as what each of them was")
    func changed() {
        var age = MessageAge()
        for _ in 0...6 { _ = age.ended(.seconds(1), messages: 0) }
        #expect(age.ended(.seconds(60), messages: 0) == .seconds(66))
        #expect(age.ended(.milliseconds(20), messages: 0) == .milliseconds(66_020))
    }

    @Test("the age stays where it cannot go on")
    func saturation() {
        var age = MessageAge()
        for interval: Duration in [.zero, .seconds(Int64.max), .seconds(Int64.max), .milliseconds(9)] {
            _ = age.ended(interval, messages: .max)
        }
        #expect(age.ended(.seconds(1), messages: .max) == MessageAge.greatest)
        #expect(MessageAge.greatest > .seconds(11 * 3_600))
    }

    @Test("it costs a leg four bytes") func size() {
        #expect(MemoryLayout<MessageAge>.size == 4)
    }
}
