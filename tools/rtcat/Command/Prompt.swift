// The prompt: keys of the terminal go through the editor, finished lines come out, and the row is drawn.

import RTCatCore

/// The interactive prompt on the terminal's last row.
final class Prompt: BottomRow {
    private static let mark = "> "

    private let terminal: Terminal
    private let printer: Printer
    private let file: HistoryFile?
    private var decoder = KeyDecoder()
    private var editor: LineEditor
    private(set) var isShown = false

    init(_ terminal: Terminal, printer: Printer, secrets: [String]) {
        self.terminal = terminal
        self.printer = printer
        self.file = HistoryFile(secrets: secrets)
        self.editor = LineEditor(history: self.file?.load() ?? LineHistory())
    }

    func show() {
        self.terminal.makeRaw()
        self.isShown = true
        self.printer.bottomRow = self
        self.printer.redraw()
    }

    /// Leaves the row to others.
    func hide() {
        guard self.isShown else { return }
        let erase = self.eraseText
        self.isShown = false
        self.printer.bottomRow = nil
        self.terminal.restore()
        _ = DescriptorWriter.write(erase, to: 1)
    }

    var columns: Int { self.terminal.columns }

    var eraseText: String { self.isShown ? "\r\u{1B}[K" : "" }

    var drawText: String {
        guard self.isShown else { return "" }
        let columns = self.terminal.columns - Self.mark.count
        let view = LineView(line: self.editor.line, cursor: self.editor.cursor, columns: columns)
        let column = Self.mark.count + view.cursorColumn
        return Self.mark + view.text + "\r\u{1B}[\(column)C"
    }

    /// What the user asked for with these keys.
    enum Outcome: Equatable {
        case line(String)
        case leave
    }

    /// Edits; returns the finished lines, and whether the user wants to leave.
    func take(_ bytes: [UInt8]) -> [Outcome] {
        var outcomes: [Outcome] = []
        var mustRedraw = false
        for key in self.decoder.decode(bytes) {
            switch self.editor.handle(key) {
            case .none: break
            case .redraw: mustRedraw = true
            case .bell: self.printer.bell()
            case .clearScreen:
                self.printer.redraw(above: "\u{1B}[H\u{1B}[2J")
            case .submit(let text):
                // The whole line stays above, though the row may have shown a part of it only.
                self.printer.redraw(above: Self.mark + VisibleText.safe(text) + "\n")
                mustRedraw = false
                if self.editor.remember(text) { self.file?.append(text) }
                outcomes.append(.line(text))
            case .endOfInput, .interrupt:
                outcomes.append(.leave)
            }
        }
        if mustRedraw { self.printer.redraw() }
        return outcomes
    }
}
