// All output goes through here, because a prompt may stand on the last row: it is erased, the text written, and the
// prompt drawn again, in one write. Messages go to standard output and everything else to standard error, unless a
// prompt ties both to the same terminal.

import Foundation
import RTCatCore

/// What stands on the terminal's last row.
protocol BottomRow: AnyObject {
    /// Empty while nothing stands there.
    var eraseText: String { get }
    var drawText: String { get }
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
    /// Called when nobody reads standard output any more.
    var brokenOutput: (() -> Void)?
    /// A line that was begun and not ended; kept back while there is a prompt.
    private var openLine: String?

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
        let text = isBinary ? self.binary(bytes) : self.messageText.text(bytes)
        let mark = self.isTerminal ? self.styled("< ", .incoming) : ""
        self.line(mark + text, to: STDOUT_FILENO)
    }

    private func binary(_ bytes: [UInt8]) -> String {
        self.messageText.binary(bytes)
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
        let isNew = self.openLine == nil
        let start = isNew ? self.time + self.styled("\(who): ", .label) : ""
        self.openLine = (self.openLine ?? "") + start + text
        guard self.bottomRow?.eraseText.isEmpty ?? true else { return }
        self.write(start + text, to: STDOUT_FILENO)
    }

    /// Ends what `piece` began.
    func endLine() {
        guard let line = self.openLine else { return }
        self.openLine = nil
        if let row = self.bottomRow, !row.eraseText.isEmpty {
            self.write(row.eraseText + line + "\n" + row.drawText, to: STDOUT_FILENO)
        } else {
            self.write("\n", to: STDOUT_FILENO)
        }
    }

    /// Draws the bottom row anew, above it a text that is complete in itself.
    func redraw(above text: String = "") {
        guard let row = self.bottomRow else { return }
        self.write(row.eraseText + text + row.drawText, to: STDOUT_FILENO)
    }

    func bell() {
        self.write("\u{07}", to: STDOUT_FILENO)
    }

    // MARK: How it gets out

    private func line(_ text: String, to descriptor: CInt) {
        self.endLine()
        let whole = self.time + text + "\n"
        if let row = self.bottomRow, !row.eraseText.isEmpty {
            self.write(row.eraseText + whole + row.drawText, to: STDOUT_FILENO)
        } else {
            self.write(whole, to: descriptor)
        }
    }

    private func write(_ text: String, to descriptor: CInt) {
        guard !DescriptorWriter.write(text, to: descriptor), descriptor == STDOUT_FILENO else { return }
        self.brokenOutput?()
    }

    private var time: String {
        self.showsTime ? self.styled("[\(self.clock.string(from: Date()))] ", .remark) : ""
    }

    private func styled(_ text: String, _ style: Style) -> String {
        self.usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
