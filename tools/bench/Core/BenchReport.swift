// What one measurement found, as one JSON object and as a few lines for people. Times are microseconds, sizes bytes.

import Foundation

/// The result of one measurement.
package struct BenchReport: Sendable, Equatable, Codable {
    /// CPU time of one side.
    package struct CPU: Sendable, Equatable, Codable {
        package var microsecondsPerMessage: Double?
        package var userMicrosecondsPerMessage: Double?
        package var systemMicrosecondsPerMessage: Double?
        /// Of one core.
        package var utilization: Double

        package init(_ time: CPUTime, messages: Int, seconds: Double) {
            if messages > 0 {
                self.microsecondsPerMessage = time.total / Double(messages)
                self.userMicrosecondsPerMessage = time.user / Double(messages)
                self.systemMicrosecondsPerMessage = time.system / Double(messages)
            }
            self.utilization = seconds > 0 ? time.total / 1_000_000 / seconds : 0
        }
    }

    /// One way through the relay, from just before `send` to after the comparison.
    package struct Latency: Sendable, Equatable, Codable {
        package var p50Microseconds: Double
        package var p99Microseconds: Double
        package var largestMicroseconds: Double
        package var messages: UInt64

        package init(_ histogram: LatencyHistogram) {
            self.p50Microseconds = Double(histogram.percentile(0.5)) / 1_000
            self.p99Microseconds = Double(histogram.percentile(0.99)) / 1_000
            self.largestMicroseconds = Double(histogram.largest) / 1_000
            self.messages = histogram.count
        }
    }

    /// Opening all sessions but the one that went ahead.
    package struct Opening: Sendable, Equatable, Codable {
        package var relayMicrosecondsPerSession: Double
        package var seconds: Double

        package init(relayMicrosecondsPerSession: Double, seconds: Double) {
            self.relayMicrosecondsPerSession = relayMicrosecondsPerSession
            self.seconds = seconds
        }
    }

    /// Resident memory of the relay.
    package struct Memory: Sendable, Equatable, Codable {
        /// With the one session that went ahead.
        package var beforeBytes: UInt64
        /// With all sessions open and silent.
        package var openBytes: UInt64
        /// The highest since then.
        package var peakBytes: UInt64
        package var bytesPerOpenSession: Double
        package var bytesPerSessionAtPeak: Double

        package init(before: UInt64, open: UInt64, peak: UInt64, sessions: Int) {
            self.beforeBytes = before
            self.openBytes = open
            self.peakBytes = peak
            let count = Double(max(sessions, 1))
            self.bytesPerOpenSession = (Double(open) - Double(before)) / count
            self.bytesPerSessionAtPeak = (Double(peak) - Double(before)) / count
        }
    }

    package var mode: WorkloadMode
    package var direction: WorkloadDirection
    package var sessions: Int
    package var size: Int
    package var tlsUpstream: Bool
    package var seconds: Double
    /// Messages that arrived, each compared byte by byte.
    package var messages: Int
    package var messagesPerSecond: Double
    package var megabytesPerSecond: Double
    package var relay: CPU?
    package var bench: CPU
    package var latency: Latency?
    /// Paced messages that were left out because those before them had not got through.
    package var missed: Int?
    package var opening: Opening?
    package var memory: Memory?

    package init(_ workload: Workload, tlsUpstream: Bool, seconds: Double, messages: Int, bench: CPU) {
        self.mode = workload.mode
        self.direction = workload.direction
        self.sessions = workload.sessions
        self.size = workload.size
        self.tlsUpstream = tlsUpstream
        self.seconds = seconds
        self.messages = messages
        self.messagesPerSecond = seconds > 0 ? Double(messages) / seconds : 0
        self.megabytesPerSecond = self.messagesPerSecond * Double(workload.size) / 1_000_000
        self.bench = bench
    }

    /// One line, keys in alphabetical order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
