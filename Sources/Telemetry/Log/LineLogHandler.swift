// Log events as lines: one JSON object each for programs, or one line of words for people.
//
// `time` (RFC 3339, UTC), `level`, `logger`, `message`, then the metadata, flattened: `{"a": {"b": 1}}` becomes
// `"a.b"`. Messages are constant, what varies is metadata, and no value ends the line or reaches the terminal as a command.

import CLinux
package import Logging

/// How a line looks.
package enum LogFormat: String, Sendable, Equatable, CaseIterable {
    case json
    case text
}

/// Writes events to a sink.
package struct LineLogHandler: LogHandler {
    /// Its own as soon as somebody sets it.
    package var logLevel: Logger.Level {
        get { self.ownLevel ?? self.threshold?.level ?? .info }
        set { self.ownLevel = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private var ownLevel: Logger.Level?
    private let threshold: LogThreshold?
    private let label: String
    private let format: LogFormat
    private let sink: LogSink
    private let redact: @Sendable (String) -> String

    /// `threshold` decides as long as nobody sets a level; `redact` is the last net: every message and value passes it.
    package init(
        label: String,
        format: LogFormat,
        sink: LogSink,
        threshold: LogThreshold? = nil,
        redact: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.label = label
        self.format = format
        self.sink = sink
        self.threshold = threshold
        self.redact = redact
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { _, new in new } }
        if let given = event.metadata { metadata.merge(given) { _, new in new } }
        if let error = event.error { metadata["error"] = "\(error)" }
        let line = self.line(event.level, "\(event.message)", metadata)
        self.sink.write(line) { lost in self.line(.warning, "log lines were lost", ["count": "\(lost)"]) }
    }

    // MARK: Lines

    private func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> [UInt8] {
        var fields: [(key: String, value: String)] = []
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            Self.flatten(key, value, depth: 0, into: &fields)
        }
        var line: [UInt8] = []
        line.reserveCapacity(256)
        switch self.format {
        case .json: self.json(level, message, fields, into: &line)
        case .text: self.text(level, message, fields, into: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func json(
        _ level: Logger.Level,
        _ message: String,
        _ fields: [(key: String, value: String)],
        into line: inout [UInt8]
    ) {
        line += "{\"time\":\"".utf8
        LogMoment.append(milliseconds: lw_realtime_milliseconds(), into: &line)
        line += "\",\"level\":\"\(level.rawValue)\",\"logger\":".utf8
        LogEscape.quote(self.label, into: &line)
        line += ",\"message\":".utf8
        LogEscape.quote(self.redact(message), into: &line)
        for (key, value) in fields {
            line.append(UInt8(ascii: ","))
            // A name twice in one object would leave it to the reader which one counts.
            LogEscape.quote(Self.ownKeys.contains(key) ? "metadata.\(key)" : key, into: &line)
            line.append(UInt8(ascii: ":"))
            LogEscape.quote(self.redact(value), into: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private func text(
        _ level: Logger.Level,
        _ message: String,
        _ fields: [(key: String, value: String)],
        into line: inout [UInt8]
    ) {
        LogMoment.append(milliseconds: lw_realtime_milliseconds(), into: &line)
        line += " \(level.rawValue) \(self.label): ".utf8
        // Without its quotes: a message is a sentence.
        var quoted: [UInt8] = []
        LogEscape.quote(self.redact(message), into: &quoted)
        line += quoted.dropFirst().dropLast()
        for (key, value) in fields {
            let value = self.redact(value)
            line.append(UInt8(ascii: " "))
            line += (LogEscape.isPlain(key) ? key : "?").utf8
            line.append(UInt8(ascii: "="))
            if LogEscape.isPlain(value) {
                line += value.utf8
            } else {
                LogEscape.quote(value, into: &line)
            }
        }
    }

    private static let ownKeys: Set<String> = ["time", "level", "logger", "message"]
    /// Deeper metadata is written as one text.
    private static let depthLimit = 4

    private static func flatten(
        _ key: String,
        _ value: Logger.Metadata.Value,
        depth: Int,
        into fields: inout [(key: String, value: String)]
    ) {
        switch value {
        case .dictionary(let inner) where depth < Self.depthLimit:
            for (name, value) in inner.sorted(by: { $0.key < $1.key }) {
                self.flatten("\(key).\(name)", value, depth: depth + 1, into: &fields)
            }
        case .array(let inner) where depth < Self.depthLimit:
            for (index, value) in inner.enumerated() {
                self.flatten("\(key).\(index)", value, depth: depth + 1, into: &fields)
            }
        case .string, .stringConvertible, .dictionary, .array:
            fields.append((key, "\(value)"))
        }
    }
}
