// One item of an answer while it is made (realtime §8).
//
// States: open (deltas may follow) → closed (its `done` events were sent). A call is told from another by its index within
// the answer, since fragments of several may interleave.

import Dialects

/// An item of a response's output.
struct OutputItem: Sendable {
    enum Kind: Sendable, Equatable {
        case text
        /// The model says why it will not answer; clients see a text.
        case refusal
        case speech
        /// `index` is what the provider's events call it.
        case call(id: String, name: String, index: Int)
    }

    let id: String
    /// Where it stands in the response's output.
    let index: Int
    let kind: Kind
    /// What was said so far: a text, what was spoken of it, or the arguments of a call.
    var text = ""
    /// Bytes of speech that the client was sent, as PCM.
    var speechBytes = 0
    /// Whether all of a spoken item's text is known.
    var isWhole = false
    var thoughts: [Thought] = []
    var afterthoughts: [Thought] = []
    var signature: String?
    /// Nil while it is open.
    private(set) var status: ConversationItem.Status?

    init(id: String, index: Int, kind: Kind) {
        self.id = id
        self.index = index
        self.kind = kind
    }

    var isOpen: Bool { status == nil }

    mutating func close(_ status: ConversationItem.Status) {
        self.status = status
    }

    /// How long it took to speak.
    var milliseconds: Int { speechBytes / SpeechEncoder.bytesPerMillisecond }

    var isCall: Bool { callID != nil }

    var callID: String? {
        if case .call(let id, _, _) = kind { id } else { nil }
    }

    /// What the conversation keeps of it, and clients are shown; while it is open, without its content.
    var item: ConversationItem {
        let kind: ConversationItem.Kind =
            switch self.kind {
            case .text: .message(.assistant, isOpen ? [] : [.outputText(text)])
            case .refusal: .message(.assistant, isOpen ? [] : [.refusal(text)])
            case .speech:
                .message(.assistant, isOpen ? [] : [.outputAudio(transcript: text, milliseconds: milliseconds)])
            case .call(let id, let name, _): .call(id: id, name: name, arguments: isOpen ? "" : text)
            }
        var item = ConversationItem(id: id, kind: kind, status: status ?? .inProgress)
        item.thoughts = thoughts
        item.afterthoughts = afterthoughts
        item.signature = signature
        return item
    }

    /// The content part that its `content_part` events tell (realtime §5); nil for a call, which has none.
    var part: JSONValue? {
        switch kind {
        case .text, .refusal: ["type": "text", "text": .string(text)]
        case .speech: ["type": "audio", "transcript": .string(text)]
        case .call: nil
        }
    }
}
