// Standard output for results, standard error for complaints and logs.

import Foundation

/// Where commands speak.
enum Console {
    /// sysexits.h EX_USAGE.
    static let usageExit: Int32 = 64
    /// sysexits.h EX_UNAVAILABLE: a relay that does not answer.
    static let unavailableExit: Int32 = 69
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
}
