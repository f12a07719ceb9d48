// One answer of the model in the compact vocabulary: asked for, being said part by part, completed.
//
// idle → asked (`response.create` is on its way) → saying (`response.created` came) → idle. An error that answers the
// request leads back from asked.

internal import Dialects

/// What is known of the answer.
struct CompactTurn: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        case idle
        /// By the name of the event that asks.
        case asked(String)
        /// By the response's id; nil when the model's side gives none.
        case saying(String?)
    }

    var phase = Phase.idle
    private(set) var blocks: [CompactBlock] = []
    private var nextIndex = 0
    /// What `message.completed` repeats; nil once it has become too long.
    private(set) var text: String? = ""
    private(set) var calls: [JSONValue] = []
    private var keptBytes = 0

    /// Whether an answer is asked for or being said.
    var isActive: Bool { self.phase != .idle }

    var isSaying: Bool {
        if case .saying = self.phase { true } else { false }
    }

    /// Begins to be said.
    mutating func begin(_ id: String?) {
        self = CompactTurn()
        self.phase = .saying(id)
    }

    /// Whether an event with that response id is about this answer.
    func concerns(_ responseID: String?) -> Bool {
        guard case .saying(let id) = self.phase else { return false }
        return id == nil || responseID == nil || id == responseID
    }

    func block(_ itemID: String, _ contentIndex: Int) -> CompactBlock? {
        self.blocks.last { $0.itemID == itemID && $0.contentIndex == contentIndex }
    }

    /// Begins a part; also returns one that has to end because there are too many.
    mutating func open(
        _ call: CompactBlock.Call?,
        _ itemID: String,
        _ contentIndex: Int
    ) -> (opened: CompactBlock, ended: CompactBlock?) {
        let block = CompactBlock(index: self.nextIndex, call: call, itemID: itemID, contentIndex: contentIndex)
        self.nextIndex += 1
        let oldest = self.blocks.count < CompactLimits.blocks ? nil : self.blocks.removeFirst()
        self.blocks.append(block)
        return (block, oldest.flatMap { $0.isOpen ? $0 : nil })
    }

    /// Replaces what is known of a part.
    mutating func note(_ block: CompactBlock) {
        guard let index = self.blocks.firstIndex(where: { $0.index == block.index }) else { return }
        self.blocks[index] = block
    }

    /// Keeps a piece of text for the end.
    mutating func keep(_ piece: String) {
        guard self.text != nil else { return }
        guard self.hasRoom(for: piece.utf8.count) else {
            self.text = nil
            return
        }
        self.text? += piece
    }

    /// Keeps a call for the end; false when there is no room.
    mutating func keep(_ call: CompactBlock.Call, arguments: String) -> Bool {
        let bytes = call.id.utf8.count + call.name.utf8.count + arguments.utf8.count
        guard self.calls.count < CompactLimits.toolCalls, self.hasRoom(for: bytes) else { return false }
        self.calls.append(CompactBlock.json(call, arguments))
        return true
    }

    private mutating func hasRoom(for bytes: Int) -> Bool {
        guard bytes <= CompactLimits.messageBytes - self.keptBytes else { return false }
        self.keptBytes += bytes
        return true
    }
}
