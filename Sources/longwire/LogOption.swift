// `--log-format` and `--log-level`, the same for every command that runs a service.

import ArgumentParser
import Foundation
import Gateway
import Glibc
import Logging
import SessionCore
import Telemetry

/// What is logged, and in which form.
struct LogOption: ParsableArguments {
    @Option(
        name: .customLong("log-format"),
        help: ArgumentHelp(
            "json or text; else as configured, else text on a terminal and json elsewhere.",
            valueName: "FORMAT"
        )
    )
    var format: String?

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical.",
            discussion: "Else LONGWIRE_LOG_LEVEL, else as configured, else notice.",
            valueName: "LEVEL"
        )
    )
    var level: String?

    func validate() throws {
        if let format, LogFormat(rawValue: format) == nil {
            throw ValidationError("--log-format '\(format)' is neither json nor text.")
        }
        if let level, Logger.Level(rawValue: level) == nil {
            let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--log-level '\(level)' is none of \(words).")
        }
    }

    /// A logger to standard error that never waits for whoever reads it, and never shows one of these secrets.
    func logger(configured: Configuration.Log = Configuration.Log(), secrets: [Secret] = []) -> (Logger, LogSink) {
        let sink = LogSink(descriptor: STDERR_FILENO)
        let whereItGoes = isatty(STDERR_FILENO) == 1 ? LogFormat.text : .json
        let format = self.format.flatMap { LogFormat(rawValue: $0) } ?? configured.format ?? whereItGoes
        var logger = Logger(label: "longwire") { label in
            LineLogHandler(label: label, format: format, sink: sink) { Redaction.redact($0, secrets: secrets) }
        }
        let environment = ProcessInfo.processInfo.environment["LONGWIRE_LOG_LEVEL"]?.lowercased()
        let asked = [self.level, environment].compactMap { $0 }.lazy.compactMap { Logger.Level(rawValue: $0) }.first
        logger.logLevel = asked ?? configured.level ?? .notice
        return (logger, sink)
    }
}
