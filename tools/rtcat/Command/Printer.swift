// All output goes through here, because a prompt may stand on the last row: it is erased, the text written, and the
// prompt drawn again, in one write. Messages go to standard output and everything else to standard error, unless a
// prompt ties both to the same terminal.

import Foundation
import RTCatCore

/// What stands on the terminal's last row.
protocol BottomRow: AnyObject {
    /// False while nothing stands there.
    var isShown: Bool { get }
    /// What clears the row, from wherever the cursor is in it.
    var eraseText: String { get }
    var drawText: String { get }
    /// Columns of the terminal.
    var columns: Int { get }
}

/// Prints messages and remarks.
final class Printer {
    private enum Style: String {
        case incoming = "36"
        case remark = "2"
        case complaint = "31"
        case label = "1"
    }

    private static let usualLimitOnTerminal = 16 * 1024

    private let showsTime: Bool
    private let usesColor: Bool
    private let isTerminal: Bool
    private let messageText: MessageText
    private let clock = DateFormatter()
    weak var bottomRow: (any BottomRow)?
    /// Called once, when nobody reads standard output any more.
    var brokenOutput: (() -> Void)?
    /// A line that was begun and not ended; while there is a prompt its end is shown above it.
    private var openLine: OpenLine?
    /// The rows of an open line and of the prompt are on the screen.
    private var isOpenLineDrawn = false

    private struct OpenLine {
        let label: String
        /// The styled beginning, as it is printed in the end.
        let start: String
        var text = ""
    }

    init(_ options: PrintOptions) {
        self.isTerminal = isatty(STDOUT_FILENO) == 1
        self.showsTime = options.timestamps
        let environment = ProcessInfo.processInfo.environment
        let isPlain = options.noColor || environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        self.usesColor = self.isTerminal && !isPlain && environment["TERM"] != "dumb"
        self.messageText = MessageText(
            limit: options.maxPrint ?? (self.isTerminal ? Self.usualLimitOnTerminal : nil),
            laysOutJSON: options.json,
            isForTerminal: self.isTerminal
        )
        self.clock.dateFormat = "HH:mm:ss.SSS"
        self.clock.locale = Locale(identifier: "en_US_POSIX")
    }

    // MARK: What is said

    /// A received message.
    func message(_ bytes: [UInt8], isBinary: Bool) {
        let text = isBinary ? self.messageText.binary(bytes) : self.messageText.text(bytes)
        let mark = self.isTerminal ? self.styled("< ", .incoming) : ""
        self.line(mark + text, to: STDOUT_FILENO)
    }

    /// A remark of ours: connected, closed.
    func remark(_ text: String) {
        self.line(self.styled(text, .remark), to: STDERR_FILENO)
    }

    /// Something went wrong.
    func complain(_ text: String) {
        self.line(self.styled(text, .complaint), to: STDERR_FILENO)
    }

    /// A result of ours that belongs to what was asked for.
    func result(_ text: String) {
        self.line(text, to: STDOUT_FILENO)
    }

    /// A line with who says it.
    func say(_ who: String, _ text: String) {
        self.line(self.styled("\(who): ", .label) + text, to: STDOUT_FILENO)
    }

    /// A piece of a line that comes bit by bit; `endLine` ends it.
    func piece(_ who: String, _ text: String) {
        let label = "\(who): "
        var line = self.openLine ?? OpenLine(label: label, start: self.time + self.styled(label, .label))
        let isNew = self.openLine == nil
        line.text += text
        if self.hasPrompt {
            let erase = self.eraseText
            self.openLine = line
            self.write(erase + self.drawText, to: STDOUT_FILENO)
        } else {
            self.openLine = line
            self.write(isNew ? line.start + text : text, to: STDOUT_FILENO)
        }
    }

    /// Ends what `piece` began.
    func endLine() {
        guard let line = self.openLine else { return }
        let erase = self.eraseText
        self.openLine = nil
        let end = self.hasPrompt ? erase + line.start + line.text + "\n" + self.drawText : "\n"
        self.write(end, to: STDOUT_FILENO)
    }

    /// Draws the prompt anew, above it a text that is complete in itself.
    func redraw(above text: String = "") {
        guard self.hasPrompt else { return }
        self.write(self.eraseText + text + self.drawText, to: STDOUT_FILENO)
    }

    func bell() {
        self.write("\u{07}", to: STDOUT_FILENO)
    }

    // MARK: How it gets out

    private func line(_ text: String, to descriptor: CInt) {
        let whole = self.time + text + "\n"
        if self.hasPrompt {
            self.redraw(above: whole)
        } else {
            self.endLine()
            self.write(whole, to: descriptor)
        }
    }

    private var hasPrompt: Bool { self.bottomRow?.isShown ?? false }

    /// Clears the prompt's row and that of an open line above it; the cursor is then where the upper one began.
    private var eraseText: String {
        let erase = self.bottomRow?.eraseText ?? ""
        return self.isOpenLineDrawn ? erase + "\u{1B}[A\r\u{1B}[K" : erase
    }

    /// Draws what `eraseText` clears; of an open line as much as fits into one row.
    private var drawText: String {
        guard let row = self.bottomRow else { return "" }
        guard let line = self.openLine else {
            self.isOpenLineDrawn = false
            return row.drawText
        }
        self.isOpenLineDrawn = true
        let text = Array(VisibleText.safe(String((line.label + line.text).suffix(row.columns))))
        let view = LineView(line: text, cursor: text.count, columns: row.columns)
        return view.text + "\n" + row.drawText
    }

    private func write(_ text: String, to descriptor: CInt) {
        guard !DescriptorWriter.write(text, to: descriptor), descriptor == STDOUT_FILENO else { return }
        let tell = self.brokenOutput
        self.brokenOutput = nil
        tell?()
    }

    private var time: String {
        self.showsTime ? self.styled("[\(self.clock.string(from: Date()))] ", .remark) : ""
    }

    private func styled(_ text: String, _ style: Style) -> String {
        self.usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
