import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Items whose end is still to be told (protocol: realtime §8, §11)")
struct OpenItemsTests {
    private func item(_ id: String) -> ArraySlice<UInt8> { JSONText.bytes(#"{"id":"\#(id)","status":"completed"}"#) }

    private func done(_ items: inout OpenItems, _ item: ArraySlice<UInt8>) -> [UInt8]? {
        items.done(item, eventID: nil)
    }

    @Test("an item ends once, with what it came with")
    func once() throws {
        var items = OpenItems()
        let isOpen = items.open("a", after: JSONText.quoted("before"))
        #expect(isOpen)
        try expectSame(
            items.done(self.item("a"), eventID: JSONText.quoted("e")),
            #"{"type":"conversation.item.done","event_id":"e_done","previous_item_id":"before","item":{"id":"a","status":"completed"}}"#
        )
        #expect(self.done(&items, self.item("a")) == nil)
        #expect(self.done(&items, JSONText.null) == nil)
    }

    @Test("of too many the oldest are given up")
    func capacity() {
        var items = OpenItems()
        for number in 0...OpenItems.capacity { _ = items.open("i\(number)", after: nil) }
        #expect(self.done(&items, self.item("i0")) == nil)
        #expect(self.done(&items, self.item("i1")) != nil)
        #expect(self.done(&items, self.item("i\(OpenItems.capacity)")) != nil)
    }

    @Test("long names are not remembered")
    func names() {
        var items = OpenItems()
        let long = String(repeating: "x", count: OpenItems.nameBytes + 1)
        let isOpen = [items.open(long, after: nil), items.open("a", after: ArraySlice(long.utf8))]
        #expect(isOpen == [false, false])
        #expect(items == OpenItems())
    }
}
