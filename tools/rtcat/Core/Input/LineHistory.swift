// Lines that were sent before: kept in memory for up and down, and as text for a file.
//
// In the file each entry is one line; a backslash and a line break inside an entry are written `\\` and `\n`.

/// Earlier lines, the newest last, with a place in them.
package struct LineHistory: Equatable, Sendable {
    /// Entries that are kept.
    package static let entryLimit = 1000
    /// Bytes of one entry; longer lines are not kept.
    package static let entryBytes = 8 * 1024

    package private(set) var entries: [String] = []
    /// Where up and down have led; nil on the line being written.
    private var position: Int?
    /// The line that was being written when the walk began.
    private var draft = ""

    package init() {}

    /// Reads what `fileText` wrote, newest last; only the newest entries stay.
    package init(fileText: String) {
        let lines = fileText.split(separator: "\n").suffix(Self.entryLimit)
        self.entries = lines.map(Self.unescape).filter { !$0.isEmpty && $0.utf8.count <= Self.entryBytes }
    }

    /// One entry as a line of the file, its line break included.
    package static func fileLine(_ entry: String) -> String {
        var line = ""
        for character in entry {
            switch character {
            case "\\": line += "\\\\"
            case "\n", "\r\n", "\r": line += "\\n"
            default: line.append(character)
            }
        }
        return line + "\n"
    }

    /// All entries as the text of a file.
    package var fileText: String { self.entries.map(Self.fileLine).joined() }

    private static func unescape(_ line: Substring) -> String {
        var entry = ""
        var isEscaped = false
        for character in line {
            if isEscaped {
                entry.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                entry.append(character)
            }
        }
        return entry
    }

    /// Keeps a line, unless it is blank, too long, or the same as the one before; tells whether it was kept.
    @discardableResult
    package mutating func add(_ line: String) -> Bool {
        self.position = nil
        self.draft = ""
        guard line.contains(where: { !$0.isWhitespace }), line.utf8.count <= Self.entryBytes, line != self.entries.last
        else { return false }
        self.entries.append(line)
        if self.entries.count > Self.entryLimit {
            self.entries.removeFirst(self.entries.count - Self.entryLimit)
        }
        return true
    }

    /// The entry before the one shown; nil at the oldest.
    package mutating func older(than current: String) -> String? {
        let index = (self.position ?? self.entries.count) - 1
        guard index >= 0 else { return nil }
        if self.position == nil { self.draft = current }
        self.position = index
        return self.entries[index]
    }

    /// The entry after the one shown, at last the line that was being written; nil when that is shown already.
    package mutating func newer() -> String? {
        guard let position = self.position else { return nil }
        guard position + 1 < self.entries.count else {
            self.position = nil
            return self.draft
        }
        self.position = position + 1
        return self.entries[position + 1]
    }

    /// Forgets the place and the draft: the line being written was given up.
    package mutating func leave() {
        self.position = nil
        self.draft = ""
    }
}
