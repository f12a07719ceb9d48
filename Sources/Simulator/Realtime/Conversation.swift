// The items of a realtime session in their order, within the limits of memory.

/// A conversation.
struct Conversation: Sendable {
    private(set) var items: [ConversationItem] = []
    private var byteCount = 0

    func item(_ id: String) -> ConversationItem? {
        self.items.first { $0.id == id }
    }

    /// The id of the last item.
    var lastID: String? { self.items.last?.id }

    /// The id of the item before that one.
    func idBefore(_ id: String) -> String? {
        guard let index = self.items.firstIndex(where: { $0.id == id }), index > 0 else { return nil }
        return self.items[index - 1].id
    }

    /// Inserts behind an item: nil means at the end, `root` at the front.
    mutating func insert(_ item: ConversationItem, after previous: String?) throws(RealtimeRefusal) {
        let bytes = item.byteCount
        guard self.items.count < SimulatorLimits.conversationItems,
            self.byteCount + bytes <= SimulatorLimits.conversationBytes
        else {
            throw RealtimeRefusal(code: "conversation_too_large", message: "The conversation is full.")
        }
        guard self.item(item.id) == nil else {
            throw .invalid("item.id", "an item with the id '\(item.id)' exists already.")
        }
        switch previous {
        case nil: self.items.append(item)
        case "root"?: self.items.insert(item, at: 0)
        case .some(let id):
            guard let index = self.items.firstIndex(where: { $0.id == id }) else {
                throw .invalid("previous_item_id", "there is no item with the id '\(id.prefix(64))'.")
            }
            self.items.insert(item, at: index + 1)
        }
        self.byteCount += bytes
    }

    /// Replaces the item of the same id, if it is still there.
    mutating func replace(_ item: ConversationItem) {
        guard let index = self.items.firstIndex(where: { $0.id == item.id }) else { return }
        self.byteCount += item.byteCount - self.items[index].byteCount
        self.items[index] = item
    }

    /// Removes an item; false when there is none of that id.
    mutating func remove(_ id: String) -> Bool {
        guard let index = self.items.firstIndex(where: { $0.id == id }) else { return false }
        self.byteCount -= self.items.remove(at: index).byteCount
        return true
    }
}
