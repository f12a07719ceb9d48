// The line being written: keys in, actions out. It draws nothing and reads nothing; `LineView` says what is seen of it.
//
// Invariant: 0 <= cursor <= line.count.

/// A line editor with history.
package struct LineEditor: Sendable {
    /// Characters of one line.
    package static let lineLimit = 256 * 1024

    /// What is to be done after a key.
    package enum Action: Equatable, Sendable {
        case none
        case redraw
        /// The key could not do anything.
        case bell
        /// The line is finished; the editor is empty again.
        case submit(String)
        /// Ctrl-D on an empty line.
        case endOfInput
        /// Ctrl-C on an empty line; on others it clears the line.
        case interrupt
        case clearScreen
    }

    package private(set) var line: [Character] = []
    package private(set) var cursor = 0
    package private(set) var history: LineHistory
    /// What was cut last, for Ctrl-Y.
    private var cut: [Character] = []
    private var isPasting = false

    package init(history: LineHistory = LineHistory()) {
        self.history = history
    }

    package var text: String { String(self.line) }

    /// Keeps a submitted line in the history; tells whether it was kept.
    @discardableResult
    package mutating func remember(_ line: String) -> Bool {
        self.history.add(line)
    }

    package mutating func handle(_ key: Key) -> Action {
        switch key {
        case .character(let character): return self.insert(character)
        case .enter: return self.isPasting ? self.insert("\n") : self.submit()
        case .tab: return self.isPasting ? self.insert("\t") : .bell
        case .pasteBegin:
            self.isPasting = true
            return .none
        case .pasteEnd:
            self.isPasting = false
            return .none
        case .backspace: return self.remove(from: self.cursor - 1, to: self.cursor)
        case .delete: return self.remove(from: self.cursor, to: self.cursor + 1)
        case .left: return self.move(to: self.cursor - 1)
        case .right: return self.move(to: self.cursor + 1)
        case .home: return self.move(to: 0)
        case .end: return self.move(to: self.line.count)
        case .wordLeft, .alt("b"): return self.move(to: self.wordStart())
        case .wordRight, .alt("f"): return self.move(to: self.wordEnd())
        case .alt("d"): return self.cutOut(self.cursor..<self.wordEnd())
        case .up: return self.recall { $0.older(than: $1) }
        case .down: return self.recall { history, _ in history.newer() }
        case .control(let letter): return self.control(letter)
        case .alt, .unknown: return .none
        }
    }

    private mutating func control(_ letter: Character) -> Action {
        switch letter {
        case "a": return self.move(to: 0)
        case "e": return self.move(to: self.line.count)
        case "b": return self.move(to: self.cursor - 1)
        case "f": return self.move(to: self.cursor + 1)
        case "p": return self.handle(.up)
        case "n": return self.handle(.down)
        case "u": return self.cutOut(0..<self.cursor)
        case "k": return self.cutOut(self.cursor..<self.line.count)
        case "w": return self.cutOut(self.blankDelimitedStart()..<self.cursor)
        case "y": return self.insert(self.cut)
        case "l": return .clearScreen
        case "c":
            guard !self.line.isEmpty else { return .interrupt }
            self.history.leave()
            return self.replace(with: "")
        case "d":
            return self.line.isEmpty ? .endOfInput : self.remove(from: self.cursor, to: self.cursor + 1)
        default:
            return .none
        }
    }

    private mutating func submit() -> Action {
        let text = self.text
        self.line = []
        self.cursor = 0
        self.history.leave()
        return .submit(text)
    }

    /// Inserts a character; one that combines with the character before it becomes part of that.
    private mutating func insert(_ character: Character) -> Action {
        if self.cursor > 0 {
            let joined = String(self.line[self.cursor - 1]) + String(character)
            if joined.count == 1, let whole = joined.first {
                self.line[self.cursor - 1] = whole
                return .redraw
            }
        }
        return self.insert([character])
    }

    private mutating func insert(_ characters: [Character]) -> Action {
        guard !characters.isEmpty, self.line.count + characters.count <= Self.lineLimit else { return .bell }
        self.line.insert(contentsOf: characters, at: self.cursor)
        self.cursor += characters.count
        return .redraw
    }

    private mutating func remove(from start: Int, to end: Int) -> Action {
        guard start >= 0, end <= self.line.count, start < end else { return .bell }
        self.line.removeSubrange(start..<end)
        self.cursor = start
        return .redraw
    }

    private mutating func cutOut(_ range: Range<Int>) -> Action {
        guard !range.isEmpty else { return .bell }
        self.cut = Array(self.line[range])
        return self.remove(from: range.lowerBound, to: range.upperBound)
    }

    private mutating func move(to position: Int) -> Action {
        guard position >= 0, position <= self.line.count, position != self.cursor else { return .bell }
        self.cursor = position
        return .redraw
    }

    private mutating func replace(with text: String) -> Action {
        self.line = Array(text.prefix(Self.lineLimit))
        self.cursor = self.line.count
        return .redraw
    }

    private mutating func recall(_ step: (inout LineHistory, String) -> String?) -> Action {
        guard let entry = step(&self.history, self.text) else { return .bell }
        return self.replace(with: entry)
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private func wordStart() -> Int {
        var index = self.cursor
        while index > 0, !Self.isWord(self.line[index - 1]) { index -= 1 }
        while index > 0, Self.isWord(self.line[index - 1]) { index -= 1 }
        return index
    }

    private func wordEnd() -> Int {
        var index = self.cursor
        while index < self.line.count, !Self.isWord(self.line[index]) { index += 1 }
        while index < self.line.count, Self.isWord(self.line[index]) { index += 1 }
        return index
    }

    /// Where Ctrl-W cuts from: words are what stands between blanks.
    private func blankDelimitedStart() -> Int {
        var index = self.cursor
        while index > 0, self.line[index - 1].isWhitespace { index -= 1 }
        while index > 0, !self.line[index - 1].isWhitespace { index -= 1 }
        return index
    }
}
