// How the upstreams have been doing lately, for people who look on: fed where a session's dial or an exchange's answer
// ends well or badly, read by whoever asks.
//
// Counts are of the last five minutes, in steps of one; a fixed number of numbers per upstream, whatever comes.

package import Foundation
import Synchronization

/// One upstream as it did lately.
package struct UpstreamReport: Sendable, Equatable {
    package enum State: String, Sendable, Equatable, CaseIterable {
        /// Nothing was asked of it lately.
        case unknown
        case healthy
        /// It answers, but not always.
        case degraded
        /// The last few times it failed.
        case failing
    }

    package var name: String
    package var state: State
    /// In the last five minutes.
    package var successes: Int
    package var failures: Int
    /// Milliseconds to the first byte of an answer: median and 95th percentile of the latest ones; nil without any.
    package var latencyP50: Int?
    package var latencyP95: Int?
    package var lastSuccessAt: Date?
    package var lastFailureAt: Date?
    /// Stable word for the last failure, as in the log's `reason`.
    package var lastError: String?
}

/// The reports of all upstreams of one process.
package final class UpstreamHealth: Sendable {
    private enum Bounds {
        static let steps = 5
        static let stepSeconds: Int64 = 60
        /// Latencies from which the percentiles are taken.
        static let latencies = 256
        /// Failures in a row that count as failing.
        static let failing = 3
    }

    private struct Step {
        var minute: Int64 = .min
        var successes = 0
        var failures = 0
    }

    private struct Record {
        var steps = [Step](repeating: Step(), count: Bounds.steps)
        var latencies: [Int32] = []
        var nextLatency = 0
        var failuresInARow = 0
        var lastSuccessAt: Date?
        var lastFailureAt: Date?
        var lastError: String?

        mutating func succeeded(_ latency: Int32, at date: Date) {
            count(at: date) { $0.successes += 1 }
            failuresInARow = 0
            lastSuccessAt = date
            if latencies.count < Bounds.latencies {
                latencies.append(latency)
            } else {
                latencies[nextLatency] = latency
                nextLatency = (nextLatency + 1) % Bounds.latencies
            }
        }

        /// The step of a minute, emptied if it was another minute's.
        mutating func count(at date: Date, _ change: (inout Step) -> Void) {
            let minute = Self.minute(of: date)
            let index = Int(minute.magnitude % UInt64(Bounds.steps))
            if steps[index].minute != minute { steps[index] = Step(minute: minute) }
            change(&steps[index])
        }

        static func minute(of date: Date) -> Int64 {
            Int64(clamping: Int64(max(0, min(date.timeIntervalSince1970, 1e12)))) / Bounds.stepSeconds
        }
    }

    /// What is known of one upstream, kept as long as any configuration names it.
    private final class Chart: Sendable {
        let record = Mutex(Record())
    }

    private let names: [String]
    private let charts: [String: Chart]

    /// Upstreams of other names are not counted; those that `earlier` knew go on from there.
    package init(upstreams names: [String], after earlier: UpstreamHealth? = nil) {
        self.names = names
        charts = Dictionary(names.map { ($0, earlier?.charts[$0] ?? Chart()) }) { first, _ in first }
    }

    /// An upstream accepted a session or began a good answer, after so many milliseconds.
    package func succeeded(_ upstream: String, milliseconds: Int, at date: Date = Date()) {
        // In place: a copy of the record would copy its latencies.
        charts[upstream]?.record.withLock { $0.succeeded(Int32(clamping: max(0, milliseconds)), at: date) }
    }

    /// An upstream could not be reached, refused or broke off; `reason` is a stable word without anything of the peer's.
    package func failed(_ upstream: String, reason: String, at date: Date = Date()) {
        charts[upstream]?.record.withLock { record in
            record.count(at: date) { $0.failures += 1 }
            record.failuresInARow += 1
            record.lastFailureAt = date
            record.lastError = reason
        }
    }

    /// All upstreams, in the order of the configuration.
    package func reports(at now: Date = Date()) -> [UpstreamReport] {
        names.compactMap { name in
            charts[name].map { chart in Self.report(name, chart.record.withLock { $0 }, now) }
        }
    }

    private static func report(_ name: String, _ record: Record, _ now: Date) -> UpstreamReport {
        let minute = Record.minute(of: now)
        let recent = record.steps.filter { $0.minute > minute - Int64(Bounds.steps) && $0.minute <= minute }
        let successes = recent.reduce(0) { $0 + $1.successes }
        let failures = recent.reduce(0) { $0 + $1.failures }
        let latencies = record.latencies.sorted()
        let state: UpstreamReport.State =
            if successes + failures == 0 {
                .unknown
            } else if record.failuresInARow >= Bounds.failing || successes == 0 {
                .failing
            } else {
                failures == 0 ? .healthy : .degraded
            }
        return UpstreamReport(
            name: name,
            state: state,
            successes: successes,
            failures: failures,
            latencyP50: latencies.isEmpty ? nil : Int(latencies[latencies.count / 2]),
            latencyP95: latencies.isEmpty ? nil : Int(latencies[latencies.count * 95 / 100]),
            lastSuccessAt: record.lastSuccessAt,
            lastFailureAt: record.lastFailureAt,
            lastError: record.lastError
        )
    }
}
