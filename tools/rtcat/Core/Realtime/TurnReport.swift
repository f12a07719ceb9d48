// The line behind each answer: how fast it came, how long it was, what it cost, how it ended.

/// Measurements of one response; times count from the moment the answer was asked for.
package struct TurnReport: Equatable, Sendable {
    package var firstTextMilliseconds: Int?
    package var firstAudioMilliseconds: Int?
    package var audioMilliseconds = 0
    package var usage: TokenUsage?
    /// As the server says it: completed, cancelled, failed, incomplete.
    package var status = "completed"
    /// Why, where it says so.
    package var reason: String?

    package init() {}

    package var text: String {
        var parts: [String] = []
        if let first = self.firstTextMilliseconds { parts.append("first text \(first) ms") }
        if let first = self.firstAudioMilliseconds { parts.append("first audio \(first) ms") }
        if self.audioMilliseconds > 0 { parts.append("audio \(Self.seconds(self.audioMilliseconds))") }
        parts.append(self.usage?.text ?? "no usage")
        if self.status != "completed" {
            parts.append(self.status + (self.reason.map { ": \($0)" } ?? ""))
        }
        return parts.joined(separator: " · ")
    }

    /// Milliseconds as seconds with one decimal.
    package static func seconds(_ milliseconds: Int) -> String {
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
