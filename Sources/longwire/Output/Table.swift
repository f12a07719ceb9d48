// Rows for people: columns as wide as they must be, numbers to the right, one line each whatever names hold.

/// A table with a head.
struct Table {
    /// How a column's values stand.
    enum Side {
        case left
        case right
    }

    private let columns: [(title: String, side: Side)]
    private var rows: [[String]] = []

    init(_ columns: [(title: String, side: Side)]) {
        self.columns = columns
    }

    /// Cells beyond the columns are left out, missing ones are empty.
    mutating func add(_ cells: [String]) {
        self.rows.append(self.columns.indices.map { $0 < cells.count ? Shown.oneLine(cells[$0]) : "" })
    }

    var isEmpty: Bool { self.rows.isEmpty }

    var text: String {
        let all = [self.columns.map(\.title)] + self.rows
        let widths = self.columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return self.columns[column].side == .left ? row[column] + gap : gap + row[column]
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
