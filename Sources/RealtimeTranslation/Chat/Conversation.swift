// The items of a session in their order, within `ConversationLimits`.

import Dialects

/// A conversation.
struct Conversation: Sendable {
    private(set) var items: [ConversationItem] = []
    private(set) var byteCount = 0
    private let limits: ConversationLimits

    init(limits: ConversationLimits) {
        self.limits = limits
    }

    func item(_ id: String) -> ConversationItem? {
        items.first { $0.id == id }
    }

    /// The id of the item before that one.
    func idBefore(_ id: String) -> String? {
        guard let index = items.firstIndex(where: { $0.id == id }), index > 0 else { return nil }
        return items[index - 1].id
    }

    /// Whether a call of that id was made.
    func hasCall(_ id: String) -> Bool {
        items.contains { $0.callID == id }
    }

    /// Calls that wait for their output.
    var pendingCalls: Int {
        let answered = Set(items.compactMap(\.answeredCallID))
        return items.count { $0.callID.map { !answered.contains($0) } ?? false }
    }

    /// Throws when there is no room for one more item of so many bytes.
    func checkRoom(items more: Int, bytes: Int) throws(SessionRefusal) {
        guard items.count + more <= limits.historyItems else {
            throw .tooMuch(
                "conversation_too_long",
                "A conversation may have at most \(limits.historyItems) items: delete some first."
            )
        }
        guard byteCount + bytes <= limits.historyBytes else {
            throw .tooMuch(
                "conversation_too_large",
                "A conversation may take at most \(limits.historyBytes) bytes: delete items first."
            )
        }
    }

    /// Inserts behind an item of that id; nil means at the end, `root` at the front.
    mutating func insert(_ item: ConversationItem, after previous: String?) throws(SessionRefusal) {
        guard self.item(item.id) == nil else {
            throw .value("item.id", "an item with the id '\(item.id)' exists already.")
        }
        let bytes = item.byteCount
        try checkRoom(items: 1, bytes: bytes)
        if item.callID != nil, pendingCalls >= limits.pendingToolCalls {
            throw .tooMuch(
                "too_many_tool_calls",
                "At most \(limits.pendingToolCalls) function calls may wait for their outputs.",
                "item"
            )
        }
        switch previous {
        case nil: items.append(item)
        case "root"?: items.insert(item, at: 0)
        case .some(let id):
            guard let index = items.firstIndex(where: { $0.id == id }) else {
                throw .value("previous_item_id", "there is no item '\(SessionRefusal.shortened(id))'.")
            }
            items.insert(item, at: index + 1)
        }
        byteCount += bytes
    }

    /// Puts a later state of an item in its place, if it is still there.
    mutating func replace(_ item: ConversationItem) {
        guard let index = items.firstIndex(where: { $0.id == item.id }) else { return }
        byteCount += item.byteCount - items[index].byteCount
        items[index] = item
    }

    mutating func remove(_ id: String) {
        guard let index = items.firstIndex(where: { $0.id == id }) else { return }
        byteCount -= items.remove(at: index).byteCount
    }

    /// Leaves the items of these ids out of what the model is shown, from now on.
    mutating func leaveOut(_ ids: Set<String>) {
        for index in items.indices where ids.contains(items[index].id) { items[index].isLeftOut = true }
    }
}
