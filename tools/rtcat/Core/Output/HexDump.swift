// Binary data for people: offset, sixteen bytes, and the same bytes as text where they are any.

/// A bounded hex dump.
package enum HexDump {
    private static let bytesPerRow = 16
    private static let digits = Array("0123456789abcdef".utf8)

    /// Rows of the first `limit` bytes, and a last row that says how many were left out.
    package static func rows(_ bytes: [UInt8], limit: Int) -> [String] {
        let shown = min(max(limit, 0), bytes.count)
        var rows: [String] = []
        for start in stride(from: 0, to: shown, by: self.bytesPerRow) {
            rows.append(self.row(bytes[start..<min(start + self.bytesPerRow, shown)], offset: start))
        }
        if shown < bytes.count { rows.append("… \(bytes.count - shown) more bytes") }
        return rows
    }

    private static func row(_ bytes: ArraySlice<UInt8>, offset: Int) -> String {
        var row: [UInt8] = []
        for shift in stride(from: 28, through: 0, by: -4) {
            row.append(self.digits[offset >> shift & 15])
        }
        row += Array("  ".utf8)
        for position in 0..<self.bytesPerRow {
            if position == self.bytesPerRow / 2 { row.append(0x20) }
            let index = bytes.startIndex + position
            if index < bytes.endIndex {
                row += [self.digits[Int(bytes[index] >> 4)], self.digits[Int(bytes[index] & 15)], 0x20]
            } else {
                row += [0x20, 0x20, 0x20]
            }
        }
        row += Array(" |".utf8)
        row += bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: ".") }
        row += Array("|".utf8)
        return String(decoding: row, as: UTF8.self)
    }
}
