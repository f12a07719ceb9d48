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
        if self.count == 1, self.target === channel, self.ranges[0].upperBound == range.lowerBound {
            self.ranges[0] = self.ranges[0].lowerBound..<range.upperBound
            return true
        }
        return self.appendApart(range, for: channel)
    }

    private mutating func appendApart(_ range: Range<Int>, for channel: Channel) -> Bool {
        if self.count == 0 {
            self.target = channel
            self.ranges[0] = range
            self.count = 1
            return true
        }
        guard self.target === channel else { return false }
        let last = self.ranges[self.count - 1]
        if last.upperBound == range.lowerBound {
            self.ranges[self.count - 1] = last.lowerBound..<range.upperBound
            return true
        }
        guard self.count < Self.limit else { return false }
        self.ranges[self.count] = range
        self.count += 1
        return true
    }

    mutating func removeAll() {
        self.count = 0
        self.target = nil
    }
}
