// Items that a beta upstream has announced and not finished: GA tells the end of each by an event of its own (realtime §8),
// beta by `response.output_item.done` alone.

internal import Dialects

/// The items whose end is still to be told.
struct OpenItems: Sendable, Equatable {
    /// Items that are remembered; of more, the oldest are given up and their end is not told.
    static let capacity = 64
    /// The longest text of an item's id, and of the id before it, that is remembered; it is 32 as a rule.
    static let nameBytes = 256

    private struct Item: Sendable, Equatable {
        let id: String
        /// As it was written.
        let previous: [UInt8]?
    }
    private var items: [Item] = []

    /// Remembers an item; false when its name is too long for that.
    mutating func open(_ id: String, after previous: ArraySlice<UInt8>?) -> Bool {
        guard id.utf8.count <= Self.nameBytes, previous?.count ?? 0 <= Self.nameBytes else { return false }
        self.items.removeAll { $0.id == id }
        if self.items.count >= Self.capacity { self.items.removeFirst() }
        self.items.append(Item(id: id, previous: previous.map(Array.init)))
        return true
    }

    /// Forgets an item and returns the event that tells its end; nil when it was not open.
    mutating func done(_ item: ArraySlice<UInt8>, eventID: ArraySlice<UInt8>?) -> [UInt8]? {
        guard let id = JSONObjectText(item)?.string("id"), let index = self.items.firstIndex(where: { $0.id == id })
        else { return nil }
        let open = self.items.remove(at: index)
        var event = JSONObjectText()
        event["type"] = JSONText.quoted("conversation.item.done")
        event["event_id"] = eventID.map(DerivedEventID.next)
        event["previous_item_id"] = open.previous?[...]
        event["item"] = item
        return event.text
    }
}

/// The id of an event that one of the upstream's was split into.
enum DerivedEventID {
    /// The id with an ending; what is no text stays.
    static func next(_ id: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        JSONText.string(id).map { JSONText.quoted($0 + "_done") } ?? id
    }
}
