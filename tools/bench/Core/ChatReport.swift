// What one measurement of HTTP exchanges found. Times are microseconds.

import Foundation

/// The result of one measurement of HTTP exchanges.
package struct ChatReport: Sendable, Equatable, Codable {
    package var mode: ChatWorkload.Mode
    package var dialect: ChatWorkload.UpstreamDialect
    package var connections: Int
    package var seconds: Double
    /// Answers that came whole.
    package var exchanges: Int
    /// Pieces of text that came.
    package var pieces: Int
    /// Per exchange in mode `whole`, per piece in mode `events`.
    package var relay: BenchReport.CPU?
    package var bench: BenchReport.CPU
    /// From just before the request is sent to the first byte of the answer's body.
    package var firstByte: BenchReport.Latency

    package init(
        _ workload: ChatWorkload,
        seconds: Double,
        exchanges: Int,
        pieces: Int,
        relay: CPUTime?,
        bench: CPUTime,
        firstByte: LatencyHistogram
    ) {
        let units = workload.mode == .whole ? exchanges : pieces
        self.mode = workload.mode
        self.dialect = workload.dialect
        self.connections = workload.connections
        self.seconds = seconds
        self.exchanges = exchanges
        self.pieces = pieces
        self.relay = relay.map { BenchReport.CPU($0, messages: units, seconds: seconds) }
        self.bench = BenchReport.CPU(bench, messages: units, seconds: seconds)
        self.firstByte = BenchReport.Latency(firstByte)
    }

    /// One line, keys in alphabetical order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Lines of text, the last one ended too.
    package var table: String {
        let unit = self.mode == .whole ? "exchange" : "piece"
        var lines = [
            "\(self.mode.rawValue), \(self.connections) clients, upstream \(self.dialect.rawValue): "
                + "\(self.exchanges) exchanges, \(self.pieces) pieces in \(String(format: "%.2f", self.seconds)) s"
        ]
        if let cost = self.relay?.microsecondsPerMessage {
            lines.append("relay CPU per \(unit)  \(String(format: "%.2f", cost)) µs")
        }
        lines.append(
            "first byte            p50 \(String(format: "%.0f", self.firstByte.p50Microseconds)) µs, "
                + "p99 \(String(format: "%.0f", self.firstByte.p99Microseconds)) µs"
        )
        return lines.map { $0 + "\n" }.joined()
    }
}
