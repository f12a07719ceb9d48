// What one terminal row shows of a line: all of it, or the part around the cursor. One row and never two: then erasing
// the prompt needs no knowledge of how the terminal wrapped it, and a message can be put above it without tearing.

/// The visible part of a line.
package struct LineView: Equatable, Sendable {
    /// What to print.
    package let text: String
    /// Columns from the beginning of `text` to the cursor.
    package let cursorColumn: Int

    /// Fits `line` into `columns`, the cursor's own column included.
    package init(line: [Character], cursor: Int, columns: Int) {
        let room = max(columns, 2) - 1
        let cells = line.map { Self.shown($0) }
        let widths = cells.map(CharacterWidth.columns)
        var start = 0
        if widths.reduce(0, +) > room {
            start = cursor
            var used = 0
            while start > 0, used + widths[start - 1] <= room {
                start -= 1
                used += widths[start]
            }
        }
        var text = ""
        var used = 0
        var cursorColumn = 0
        for index in start..<cells.count {
            if index == cursor { cursorColumn = used }
            guard used + widths[index] <= room else { break }
            text.append(cells[index])
            used += widths[index]
        }
        self.text = text
        self.cursorColumn = cursor == cells.count ? used : cursorColumn
    }

    /// A character as one that neither moves the cursor nor commands the terminal.
    private static func shown(_ character: Character) -> Character {
        switch character {
        case "\n", "\r\n", "\r": return "⏎"
        case "\t": return "→"
        default:
            guard let scalar = character.unicodeScalars.first else { return " " }
            return scalar.properties.generalCategory == .control ? "·" : character
        }
    }
}
