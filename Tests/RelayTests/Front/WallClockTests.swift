// Dates of moments on a clock that never jumps.

import EventLoop
import Foundation
import Testing

@testable import Relay

@Suite("WallClock")
struct WallClockTests {
    private static let start = Date(timeIntervalSince1970: 1_000_000)

    private func moment(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }

    @Test("a moment keeps its date while the clocks go together, whoever asks when")
    func stable() {
        var clock = WallClock(today: { Self.start })
        let first = clock.date(of: self.moment(5), now: self.moment(10))
        #expect(first == Self.start - 5)
        clock.today = { Self.start + 10.4 }
        let later = clock.date(of: self.moment(5), now: self.moment(20))
        #expect(later == first)
    }

    @Test("a clock that was set anew counts")
    func step() {
        var clock = WallClock(today: { Self.start })
        _ = clock.date(of: self.moment(5), now: self.moment(10))
        clock.today = { Self.start + 3_610 }
        let later = clock.date(of: self.moment(5), now: self.moment(20))
        #expect(later == Self.start + 3_595)
    }
}
