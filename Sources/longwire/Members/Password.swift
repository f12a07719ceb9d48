// A password from whoever types it, or from a pipe; never from the command line, which every process may read.

import ArgumentParser
import Foundation
import Glibc

/// Asks for passwords.
enum Password {
    /// NIST SP 800-63B §3.1.1.2: length is what counts.
    private static let shortest = 8
    private static let longest = 1_024

    /// Reads one: typed twice without being shown, or the first line of what is piped in.
    static func read() throws -> String {
        let text: String
        if isatty(STDIN_FILENO) == 1 {
            text = try self.ask("New password: ")
            guard try self.ask("Once more: ") == text else {
                throw ValidationError("The two passwords are not the same. Nothing was changed.")
            }
        } else {
            text = self.line()
        }
        guard (Self.shortest...Self.longest).contains(text.utf8.count) else {
            throw ValidationError(
                "A password has \(Self.shortest) to \(Self.longest) bytes; type it, or pipe it in: "
                    + "printf %s \"$PASSWORD\" | longwire members …"
            )
        }
        return text
    }

    /// Prompts on standard error and reads without showing what is typed.
    private static func ask(_ prompt: String) throws -> String {
        var shown = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &shown) == 0
        if isTerminal {
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        }
        // Only now: what was typed before is thrown away.
        try? FileHandle.standardError.write(contentsOf: Data(prompt.utf8))
        defer {
            if isTerminal { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
            try? FileHandle.standardError.write(contentsOf: Data("\n".utf8))
        }
        return self.line()
    }

    /// A line of standard input without its end, no more of it than a password may have.
    private static func line() -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= Self.longest, Glibc.read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
