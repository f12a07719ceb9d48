// A channel's owner that writes down what it is told and takes as much as the test lets it take.

@testable import Transport

/// Records everything a channel tells it.
final class RecordingOwner: ChannelOwner {
    /// What was taken, in order.
    var taken: [UInt8] = []
    /// How many bytes each delivery offered.
    var offers: [Int] = []
    var ends: [ChannelEnd] = []
    var drains = 0
    var securings = 0
    /// What had been taken when the handshake was done.
    var takenWhenSecured: Int?
    /// How many of so many offered bytes to take.
    var appetite: (Int) -> Int = { $0 }
    /// Called after each delivery was noted, with the channel's input block.
    var onDelivery: (Channel, inout MutableSpan<UInt8>, Range<Int>) -> Void = { _, _, _ in }
    var onSecured: (Channel) -> Void = { _ in }
    var closesAtEnd = true
    /// What it says that it could pass on.
    var room = 0

    func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int {
        self.offers.append(end - start)
        let stop = start + min(self.appetite(end - start), end - start)
        for index in start..<stop {
            self.taken.append(bytes[index])
        }
        self.onDelivery(channel, &bytes, start..<stop)
        return stop
    }

    func channelSecured(_ channel: Channel) {
        self.securings += 1
        self.takenWhenSecured = self.taken.count
        self.onSecured(channel)
    }

    func channelRoom(_ channel: Channel) -> Int { self.room }

    func channelDrained(_ channel: Channel) {
        self.drains += 1
    }

    func channel(_ channel: Channel, ended end: ChannelEnd) {
        self.ends.append(end)
        if self.closesAtEnd { channel.close() }
    }
}
