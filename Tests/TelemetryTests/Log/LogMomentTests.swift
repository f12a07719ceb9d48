import Testing

@testable import Telemetry

/// RFC 3339 §5.6.
@Suite
struct LogMomentTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_001, "2000-02-29T00:00:00.001Z"),
        (1_732_204_799_999, "2024-11-21T15:59:59.999Z"), (1_709_251_199_000, "2024-02-29T23:59:59.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ])
    func datesOfTheCalendar(milliseconds: Int64, expected: String) {
        var line: [UInt8] = []
        LogMoment.append(milliseconds: milliseconds, into: &line)
        #expect(String(decoding: line, as: UTF8.self) == expected)
    }
}
