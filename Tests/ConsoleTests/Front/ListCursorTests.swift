// Pages of a list that changes under the reader.

import Foundation
import Testing

@testable import Console

@Suite struct ListCursorTests {
    private struct Entry: Equatable {
        let id: String
        let date: Date
    }

    private func page(_ entries: [Entry], _ cursor: String?, limit: Int) -> (ids: [String], next: String?) {
        let page = ListCursor.page(entries, after: cursor.flatMap { ListCursor($0) }, limit: limit) {
            ListCursor($0.date, $0.id)
        }
        return (page.entries.map(\.id), page.next)
    }

    @Test("pages join without gap or overlap, also within one millisecond, while entries come and go")
    func pages() {
        var entries = (0..<10).map { Entry(id: "k\($0)", date: Date(timeIntervalSince1970: Double($0 / 3))) }
        let first = self.page(entries, nil, limit: 4)
        #expect(first.ids == ["k9", "k8", "k7", "k6"])
        entries.append(Entry(id: "new", date: Date(timeIntervalSince1970: 99)))
        entries.removeAll { $0.id == "k6" }
        let second = self.page(entries, first.next, limit: 4)
        #expect(second.ids == ["k5", "k4", "k3", "k2"])
        let third = self.page(entries, second.next, limit: 4)
        #expect(third.ids == ["k1", "k0"])
        #expect(third.next == nil)
    }

    @Test("a page that ends with the list says so")
    func exactEnd() {
        let entries = (0..<4).map { Entry(id: "k\($0)", date: Date(timeIntervalSince1970: Double($0))) }
        #expect(self.page(entries, nil, limit: 4).next == nil)
        #expect(self.page([], nil, limit: 4).ids.isEmpty)
    }
}
