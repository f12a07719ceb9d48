// A moment as log lines write it: RFC 3339 in UTC with milliseconds, `2026-11-21T16:00:00.123Z`.

/// Milliseconds since 1970 as text.
enum LogMoment {
    static func append(milliseconds: Int64, into line: inout [UInt8]) {
        let (days, ofDay) = self.divide(milliseconds, by: 86_400_000)
        let (year, month, day) = self.date(days: days)
        self.append(year, digits: 4, into: &line)
        line.append(UInt8(ascii: "-"))
        self.append(month, digits: 2, into: &line)
        line.append(UInt8(ascii: "-"))
        self.append(day, digits: 2, into: &line)
        line.append(UInt8(ascii: "T"))
        self.append(ofDay / 3_600_000, digits: 2, into: &line)
        line.append(UInt8(ascii: ":"))
        self.append(ofDay / 60_000 % 60, digits: 2, into: &line)
        line.append(UInt8(ascii: ":"))
        self.append(ofDay / 1_000 % 60, digits: 2, into: &line)
        line.append(UInt8(ascii: "."))
        self.append(ofDay % 1_000, digits: 3, into: &line)
        line.append(UInt8(ascii: "Z"))
    }

    /// The date of a day since 1970-01-01, in the proleptic Gregorian calendar.
    ///
    /// Counts in eras of 400 years that begin in March, so that the leap day is a year's last.
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, ofEra) = self.divide(days &+ 719_468, by: 146_097)
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Rounds down, also below zero.
    private static func divide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    private static func append(_ number: Int64, digits: Int, into line: inout [UInt8]) {
        let text = "\(max(number, 0))"
        for _ in 0..<max(0, digits - text.utf8.count) { line.append(UInt8(ascii: "0")) }
        line += text.utf8
    }
}
