// The terminal as the prompt needs it: keys as they are pressed, no echo, the width of a row. Output processing stays on,
// so that a line break still returns to the first column.

import Glibc

/// The controlling terminal on standard input and output.
final class Terminal {
    private static let bracketedPasteOn = "\u{1B}[?2004h"
    private static let bracketedPasteOff = "\u{1B}[?2004l"
    private static let usualColumns = 80

    private let saved: termios
    private var isRaw = false

    /// Nil unless standard input and output are both a terminal that can move its cursor.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, unsafe tcgetattr(STDIN_FILENO, &settings) == 0
        else {
            return nil
        }
        let name = unsafe getenv("TERM")
        guard let name = unsafe name, unsafe String(cString: name) != "dumb" else { return nil }
        self.saved = settings
    }

    /// Begins to deliver keys.
    func makeRaw() {
        guard !self.isRaw else { return }
        var settings = self.saved
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | ISTRIP)
        guard unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0 else { return }
        self.isRaw = true
        _ = DescriptorWriter.write(Self.bracketedPasteOn, to: STDOUT_FILENO)
    }

    /// Leaves the terminal as it was found.
    func restore() {
        guard self.isRaw else { return }
        self.isRaw = false
        var settings = self.saved
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        _ = DescriptorWriter.write(Self.bracketedPasteOff, to: STDOUT_FILENO)
    }

    /// Columns of a row, now.
    var columns: Int {
        var size = winsize()
        let result = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : Self.usualColumns
    }
}
