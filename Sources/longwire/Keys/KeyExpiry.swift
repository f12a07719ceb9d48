// Times on the command line, from minutes to years.

import Gateway

/// A duration that also knows days.
enum KeyExpiry {
    static let never = "never"
    private static let longest = 36_500.0 * 86_400

    /// Seconds from now; nil when the text is no time, or more than a hundred years.
    static func seconds(_ text: String) -> Double? {
        if text.hasSuffix("d"), let days = Int(text.dropLast()), days > 0 {
            let seconds = Double(days) * 86_400
            return seconds <= self.longest ? seconds : nil
        }
        guard let duration = QuantityText.duration(text), duration > .zero else { return nil }
        let seconds = Double(duration.components.seconds)
        return seconds <= self.longest ? max(seconds, 1) : nil
    }
}
