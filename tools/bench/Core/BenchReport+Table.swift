// The report for people: a label and a value on each line, nothing where nothing was measured.

import Foundation

extension BenchReport {
    /// Lines of text, the last one ended too.
    package var table: String {
        var rows: [(String, String)] = [
            ("workload", "\(self.mode.rawValue) \(self.direction.rawValue), \(self.sessions) sessions, \(self.size) B"),
            ("upstream", self.tlsUpstream ? "TLS" : "plain"),
            ("messages", "\(self.messages) in \(Self.text(self.seconds)) s"),
            ("throughput", "\(Self.text(self.messagesPerSecond)) /s, \(Self.text(self.megabytesPerSecond)) MB/s"),
        ]
        if let relay = self.relay { rows += Self.rows("relay CPU", relay) }
        rows += Self.rows("bench CPU", self.bench)
        if let latency = self.latency {
            rows.append(("latency p50", "\(Self.text(latency.p50Microseconds)) µs"))
            rows.append(("latency p99", "\(Self.text(latency.p99Microseconds)) µs"))
            rows.append(("left out", "\(self.missed ?? 0) messages"))
        }
        if let opening = self.opening {
            rows.append(("open CPU", "\(Self.text(opening.relayMicrosecondsPerSession)) µs per session"))
        }
        if let memory = self.memory {
            rows.append(("relay memory", "\(memory.beforeBytes / 1024) kB before"))
            rows.append(
                ("  open", "\(memory.openBytes / 1024) kB, \(Self.text(memory.bytesPerOpenSession)) B per session")
            )
            rows.append(
                ("  peak", "\(memory.peakBytes / 1024) kB, \(Self.text(memory.bytesPerSessionAtPeak)) B per session")
            )
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined()
    }

    private static func rows(_ name: String, _ cpu: CPU) -> [(String, String)] {
        var rows = [(name, "\(self.text(100 * cpu.utilization)) % of a core")]
        if let total = cpu.microsecondsPerMessage, let user = cpu.userMicrosecondsPerMessage,
            let system = cpu.systemMicrosecondsPerMessage
        {
            let split = "(user \(self.text(user)), kernel \(self.text(system)))"
            rows.append(("  per message", "\(self.text(total)) µs \(split)"))
        }
        return rows
    }

    /// Three significant digits, or all there are before the point.
    private static func text(_ value: Double) -> String {
        let size = abs(value)
        let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        return String(format: "%.\(digits)f", value)
    }
}
