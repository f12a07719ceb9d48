// What is known of a metric before it has a value: its name, what it tells, its shape and its unit.
//
// All cells hold integers, so that a count never loses its last digit and an increment is one instruction. `decimals`
// says where the point stands when the value is shown: a cost in millionths of a dollar has six.

/// All series of one name.
package struct MetricFamily: Sendable, Equatable {
    package enum Shape: Sendable, Equatable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts values up to each bound, in the integers of the cells, and beyond the last.
        case histogram(bounds: [Int64])
    }

    /// More than any family here needs; a histogram's cells have this much room.
    package static let boundLimit = 23

    package let name: String
    /// One sentence for people.
    package let help: String
    package let shape: Shape
    /// Digits behind the point in the integers of the cells.
    package let decimals: Int

    /// Bounds beyond `boundLimit` are left out; they are sorted.
    package init(_ name: String, help: String, _ shape: Shape, decimals: Int = 0) {
        self.name = MetricText.name(name)
        self.help = help
        self.decimals = min(max(decimals, 0), DecimalText.digitLimit)
        if case .histogram(let bounds) = shape {
            self.shape = .histogram(bounds: Array(Set(bounds).sorted().prefix(Self.boundLimit)))
        } else {
            self.shape = shape
        }
    }

    /// Bounds for times of a relay's own work, in nanoseconds: 50 µs to 1 s.
    package static let shortTimes: [Int64] = [
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000,
    ]

    /// Bounds for times of a provider's work, in nanoseconds: 25 ms to 60 s.
    package static let longTimes: [Int64] = [
        25_000_000, 50_000_000, 100_000_000, 200_000_000, 300_000_000, 500_000_000, 750_000_000, 1_000_000_000,
        2_000_000_000, 3_000_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000, 60_000_000_000,
    ]

    /// Bounds for numbers of things that wait.
    package static let depths: [Int64] = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384, 65_536]
}
