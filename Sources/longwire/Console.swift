// Standard output for results, standard error for complaints and logs.

import Foundation
import Logging

/// Where commands speak.
enum Console {
    /// sysexits.h EX_CONFIG.
    static let configurationExit: Int32 = 78

    static func say(_ text: String) {
        self.write(text + "\n", to: .standardOutput)
    }

    static func complain(_ text: String) {
        self.write("longwire: " + text + "\n", to: .standardError)
    }

    /// Writes as much as goes: what cannot be written (a full disk, a closed pipe) must not end a relay at work
    /// (`robustness.md` H3).
    private static func write(_ text: String, to file: FileHandle) {
        try? file.write(contentsOf: Data(text.utf8))
    }

    /// A logger to standard error, at the level that LONGWIRE_LOG_LEVEL names (default: notice).
    static func logger() -> Logger {
        var logger = Logger(label: "longwire") { StreamLogHandler.standardError(label: $0) }
        let wanted = ProcessInfo.processInfo.environment["LONGWIRE_LOG_LEVEL"] ?? ""
        logger.logLevel = Logger.Level(rawValue: wanted.lowercased()) ?? .notice
        return logger
    }
}
