// Between two system calls a loop turns one peer's input into another's output in place. The ranges that are ready
// wait here, so that all a wake-up brings for one peer leaves in one send.

/// Ranges of the loop's input block, in sending order, adjacent ones joined.
struct StagedRanges {
    /// More ranges than this are flushed before the next one is taken.
    static let limit = 16

    private(set) var ranges = InlineArray<16, Range<Int>>(repeating: 0..<0)
    private(set) var count = 0
    /// The channel the ranges are meant for.
    private(set) var target: Channel?

    var isEmpty: Bool { self.count == 0 }
    /// The range, when there is one alone.
    var onlyRange: Range<Int>? { self.count == 1 ? self.ranges[0] : nil }

    /// Adds a range; false when there is no room or the ranges belong to another channel.
    @inline(__always)
    mutating func append(_ range: Range<Int>, for channel: Channel) -> Bool {
        // Whoever is the target has a range here, and nearly always it ends where the next one begins.
        if self.target === channel, self.ranges[self.count - 1].upperBound == range.lowerBound {
            self.ranges[self.count - 1] = self.ranges[self.count - 1].lowerBound..<range.upperBound
            return true
        }
        return self.appendApart(range, for: channel)
    }

    private mutating func appendApart(_ range: Range<Int>, for channel: Channel) -> Bool {
        guard self.count < Self.limit, self.target == nil || self.target === channel else { return false }
        self.target = channel
        self.ranges[self.count] = range
        self.count += 1
        return true
    }

    mutating func removeAll() {
        self.count = 0
        self.target = nil
    }
}
