// `retry-after` as providers send it (RFC 9110 §10.2.3): seconds, or a date. `retry-after-ms` says the same more finely, and
// official SDKs look at it first (protocol: http §1.5).

import Foundation
import HTTPFraming

/// Reads how long a provider wants to be left alone.
enum RetryAfter {
    /// Whole seconds, rounded up; nil where nothing is said, or nonsense.
    static func seconds(in fields: HeaderFields, now: Date = Date()) -> Int? {
        if let milliseconds = fields["retry-after-ms"].flatMap(self.count) {
            return milliseconds / 1_000 + (milliseconds % 1_000 > 0 ? 1 : 0)
        }
        guard let text = fields["retry-after"] else { return nil }
        if let seconds = self.count(text) { return seconds }
        guard let date = HTTPDate.seconds(text) else { return nil }
        return Int(max(0, (Double(date) - now.timeIntervalSince1970).rounded(.up)))
    }

    private static func count(_ text: String) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
