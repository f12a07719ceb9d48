// Standard output for results, standard error for complaints and logs.

import Foundation
import Glibc

/// Where commands speak.
enum Console {
    /// sysexits.h EX_USAGE.
    static let usageExit: Int32 = 64
    /// sysexits.h EX_UNAVAILABLE: a relay that does not answer.
    static let unavailableExit: Int32 = 69
    /// sysexits.h EX_CONFIG.
    static let configurationExit: Int32 = 78

    private static let patienceMilliseconds: CInt = 500
    private static let atomicBytes = 4096

    static func say(_ text: String) {
        self.write(text + "\n", to: .standardOutput)
    }

    /// Says something at once or not at all: whoever serves must not wait for somebody who does not read (`robustness.md` H3).
    static func announce(_ text: String) {
        var rest = Data((text + "\n").utf8)[...]
        while !rest.isEmpty {
            var asked = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&asked, 1, self.patienceMilliseconds) == 1 else { return }
            // As much as a pipe takes without waiting once it takes anything (pipe(7), PIPE_BUF).
            let piece = rest.prefix(self.atomicBytes)
            guard (try? FileHandle.standardOutput.write(contentsOf: piece)) != nil else { return }
            rest = rest.dropFirst(piece.count)
        }
    }

    static func complain(_ text: String) {
        self.write("longwire: " + text + "\n", to: .standardError)
    }

    /// Writes what goes: what cannot be written (a full disk, a closed pipe) must not end a relay at work (`robustness.md` H3).
    private static func write(_ text: String, to file: FileHandle) {
        try? file.write(contentsOf: Data(text.utf8))
    }
}
