// Points in time (RFC 3339 §5.6) and lengths of time as people write them.

import Foundation
import Testing

@testable import Console

@Suite struct MomentTests {
    @Test(
        "RFC 3339, with its examples of §5.8",
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0), ("1985-04-12T23:20:50.52Z", 482_196_050.52),
            ("1996-12-19T16:39:57-08:00", 851_042_397), ("1990-12-31T23:59:60Z", 662_687_999),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172.13), ("2000-02-29t00:00:00z", 951_782_400),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ]
    )
    func reading(text: String, seconds: Double) throws {
        let date = try #require(Moment.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026-01-31", "2026-01-31T12:00:00", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
            "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+0100",
            "2026-01-31T12:00:00Zx", "1900-02-29T00:00:00Z", "２026-01-31T12:00:00Z", "2026-01-31T12:00:00+24:00",
        ]
    )
    func malformed(text: String) {
        #expect(Moment.date(text) == nil)
    }

    @Test("what is written is read back")
    func roundTrip() {
        for seconds in [0.0, 0.5, 1_767_225_600, 1_767_225_600.125, 951_782_399.999] {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(Moment.date(Moment.text(date)).map { abs($0.timeIntervalSince(date)) < 0.0015 } == true)
        }
        #expect(Moment.text(milliseconds: 1_767_225_600_000) == "2026-01-01T00:00:00Z")
        #expect(Moment.text(milliseconds: 1_767_225_600_120) == "2026-01-01T00:00:00.120Z")
    }

    @Test("lengths of time", arguments: [("90s", 90), ("15m", 900), ("24h", 86_400), ("30d", 2_592_000), ("0s", 0)])
    func lengths(text: String, seconds: Int) {
        #expect(Moment.seconds(text) == seconds)
    }

    @Test("no lengths", arguments: ["", "h", "24", "-1h", "1.5h", "1w", "999999d", "24H", "٣h"])
    func noLengths(text: String) {
        #expect(Moment.seconds(text) == nil)
    }
}
