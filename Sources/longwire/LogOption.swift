// `--log-format` and `--log-level`, the same for every command that runs a service.

import ArgumentParser
import Logging
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
}
