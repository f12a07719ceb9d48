// Standard output as it is written piece by piece. A model's words must not command a terminal (`robustness.md` G12);
// a file or a pipe gets them as they are.

import Foundation
import Glibc

/// Prints one answer.
struct ChatScreen {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private var endsInLine = true

    mutating func show(_ text: String) throws {
        guard !text.isEmpty else { return }
        let shown = self.isTerminal ? Self.harmless(text) : text
        try FileHandle.standardOutput.write(contentsOf: Data(shown.utf8))
        self.endsInLine = shown.hasSuffix("\n")
    }

    /// Ends the line that the answer left open.
    mutating func end() throws {
        guard !self.endsInLine else { return }
        try self.show("\n")
    }

    /// Without characters that steer a terminal, or turn the direction of what follows.
    private static func harmless(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A, 0x09: true
            case 0x202A...0x202E, 0x2066...0x2069: false
            default: scalar.properties.generalCategory != .control
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
