// Standard output for results, standard error for complaints and logs.

import Foundation
import Logging

/// Where commands speak.
enum Console {
    /// sysexits.h EX_CONFIG.
    static let configurationExit: Int32 = 78

    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data(("longwire: " + text + "\n").utf8))
    }

    /// A logger to standard error, at the level that LONGWIRE_LOG_LEVEL names (default: notice).
    static func logger() -> Logger {
        var logger = Logger(label: "longwire") { StreamLogHandler.standardError(label: $0) }
        let wanted = ProcessInfo.processInfo.environment["LONGWIRE_LOG_LEVEL"] ?? ""
        logger.logLevel = Logger.Level(rawValue: wanted.lowercased()) ?? .notice
        return logger
    }
}
