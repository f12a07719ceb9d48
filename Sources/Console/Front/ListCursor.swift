// Where a page of a list ends: lists are ordered by date and id, newest first, so a cursor stays good while entries come
// and go.

import Foundation

/// The place behind one entry.
struct ListCursor: Sendable, Equatable {
    let milliseconds: Int64
    let id: String

    init(_ date: Date, _ id: String) {
        self.milliseconds = Int64((date.timeIntervalSince1970 * 1_000).rounded())
        self.id = id
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), (1...15).contains(parts[0].utf8.count),
            !parts[1].isEmpty, parts[1].utf8.count <= 64,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), TextRule.identifier.accepts(String(parts[1]))
        else { return nil }
        self.milliseconds = milliseconds
        self.id = String(parts[1])
    }

    var text: String { "\(self.milliseconds)-\(self.id)" }

    /// Whether an entry comes after the place.
    func isBefore(_ other: ListCursor) -> Bool {
        (other.milliseconds, other.id) < (self.milliseconds, self.id)
    }

    /// One page of entries, newest first, and the cursor of the next one.
    static func page<Entry>(
        _ entries: [Entry],
        after cursor: ListCursor?,
        limit: Int,
        place: (Entry) -> ListCursor
    ) -> (entries: [Entry], next: String?) {
        let placed = entries.map { (place($0), $0) }
            .filter { cursor?.isBefore($0.0) ?? true }
            .sorted { $0.0.isBefore($1.0) }
        let page = placed.prefix(limit)
        return (page.map(\.1), placed.count > limit ? page.last?.0.text : nil)
    }
}
