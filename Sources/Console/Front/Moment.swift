// Points in time and amounts of money as people write them in a request: RFC 3339, `24h`, dollars.

import Foundation

/// Reads and writes points in time.
enum Moment {
    /// `2026-01-31T12:00:00Z`, whole seconds unless there is a part of one.
    static func text(_ date: Date) -> String {
        // Dates of stores lie within the years that four digits can tell.
        let bound = 253_402_300_799_000.0
        let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
        return self.text(milliseconds: Int64(max(-62_135_596_800_000, min(milliseconds, bound))))
    }

    /// The same for milliseconds since 1970.
    static func text(milliseconds: Int64) -> String {
        let part = ((milliseconds % 1_000) + 1_000) % 1_000
        let seconds = (milliseconds - part) / 1_000
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        guard part != 0 else { return text }
        return "\(text.dropLast()).\(String(1_000 + part).dropFirst())Z"
    }

    /// Reads an RFC 3339 time; a leap second counts as the second before it.
    static func date(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 64,
            let year = self.digits(bytes, 0..<4), bytes[4] == 0x2D,
            let month = self.digits(bytes, 5..<7), bytes[7] == 0x2D,
            let day = self.digits(bytes, 8..<10), bytes[10] | 0x20 == 0x74 || bytes[10] == 0x20,
            let hour = self.digits(bytes, 11..<13), bytes[13] == 0x3A,
            let minute = self.digits(bytes, 14..<16), bytes[16] == 0x3A,
            let second = self.digits(bytes, 17..<19),
            (1...12).contains(month), (1...self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction = 0.0
        if bytes[index] == 0x2E {
            var scale = 0.1
            index += 1
            let start = index
            while index < bytes.count, let digit = self.digits(bytes, index..<(index + 1)) {
                fraction += Double(digit) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        guard let offset = self.offset(bytes[index...]) else { return nil }
        let clock = Double(hour * 3_600 + minute * 60 + min(second, 59)) + fraction
        let days = Double(self.daysSince1970(year, month, day))
        return Date(timeIntervalSince1970: days * 86_400 + clock - Double(offset))
    }

    /// Reads `90s`, `15m`, `24h` or `30d`, at most a hundred years, as seconds.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = text.last, let unit = units[last], (2...6).contains(text.utf8.count),
            text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text.dropLast())
        else { return nil }
        return count * unit
    }

    private static func digits(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard range.upperBound <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[range] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// Seconds east of UTC of `Z` or `+hh:mm`.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(bytes)
        if bytes.count == 1, bytes[0] | 0x20 == 0x7A { return 0 }
        guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
            let hours = self.digits(bytes, 1..<3), let minutes = self.digits(bytes, 4..<6), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return bytes[0] == 0x2D ? -seconds : seconds
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar, counted in eras of 400 years that begin on the first of March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// Money as people read it.
enum Money {
    /// Millionths of a dollar as the shortest decimal number of dollars.
    static func dollars(_ microUSD: Int64) -> String {
        let (whole, rest) = microUSD.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = microUSD < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        let digits = String(rest)
        var fraction = Substring(String(repeating: "0", count: 6 - digits.count) + digits)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}
