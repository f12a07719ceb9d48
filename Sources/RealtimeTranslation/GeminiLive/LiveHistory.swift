// The items of a conversation as far as they are remembered: Gemini keeps the conversation itself and gives nothing back, so
// what `conversation.item.retrieve` tells is what passed by here, without audio.

import Dialects

/// The latest items of a conversation.
struct LiveHistory: Sendable {
    private struct Entry: Sendable {
        let id: String
        let item: JSONValue
        let bytes: Int
    }

    private var entries: [Entry] = []
    private var bytes = 0
    /// The item that the next one follows.
    private(set) var lastID: String?

    func item(_ id: String) -> JSONValue? {
        entries.last { $0.id == id }?.item
    }

    /// Says that an item has a place now, whether or not it is done.
    mutating func place(_ id: String) {
        lastID = id
    }

    mutating func keep(_ item: JSONValue, id: String, limits: LiveLimits) {
        if let index = entries.lastIndex(where: { $0.id == id }) {
            bytes -= entries[index].bytes
            entries.remove(at: index)
        }
        let size = item.rendered.count
        entries.append(Entry(id: id, item: item, bytes: size))
        bytes += size
        var dropped = 0
        while entries.count - dropped > limits.historyItems || (bytes > limits.historyBytes && dropped < entries.count)
        {
            bytes -= entries[dropped].bytes
            dropped += 1
        }
        entries.removeFirst(dropped)
    }
}

/// Functions that the model called and that nobody has answered yet.
struct LiveCalls: Sendable {
    struct Pending: Sendable {
        let name: String
        /// The upstream's own name of the call; nil where it gave none.
        let upstreamID: String?
    }

    private var pending: [String: Pending] = [:]
    /// Calls that the upstream took back; the latest are remembered, so that outputs for them can be dropped.
    private var withdrawn: [String] = []

    var count: Int { pending.count }

    mutating func add(_ id: String, _ call: Pending) { pending[id] = call }

    mutating func take(_ id: String) -> Pending? { pending.removeValue(forKey: id) }

    mutating func withdraw(_ upstreamIDs: [String], limits: LiveLimits) {
        let ids = pending.filter { $0.value.upstreamID.map(upstreamIDs.contains) ?? false }.map(\.key)
        for id in ids {
            pending.removeValue(forKey: id)
            withdrawn.append(id)
        }
        withdrawn.removeFirst(max(0, withdrawn.count - limits.pendingToolCalls))
    }

    mutating func takeWithdrawn(_ id: String) -> Bool {
        guard let index = withdrawn.firstIndex(of: id) else { return false }
        withdrawn.remove(at: index)
        return true
    }
}
