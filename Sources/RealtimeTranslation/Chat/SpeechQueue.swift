// What is left to be spoken of an answer: sentences that wait, and those that are being synthesised. The first of these is
// heard; what comes of the others meanwhile is held back, so that they are heard in their order.

/// Sentences of one response.
struct SpeechQueue: Sendable {
    /// A sentence and the item of the output that it is of.
    struct Sentence: Sendable, Equatable {
        var text: String
        let position: Int

        /// Whether there is anything to pronounce.
        var isAudible: Bool { text.contains { $0.isLetter || $0.isNumber } }
    }

    /// A sentence that is being synthesised.
    struct Speech: Sendable {
        let sentence: Sentence
        /// Nil for one that has nothing to pronounce.
        let work: ChatWork?
        /// Audio that came before its turn.
        var held: [UInt8] = []
        /// Whether the client was told the text.
        var isBegun = false
        /// Whether all audio has come.
        var isOver: Bool
    }

    private(set) var waiting: [Sentence] = []
    var speeches: [Speech] = []
    var cutter: SentenceCutter
    private let limits: ConversationLimits

    init(limits: ConversationLimits) {
        self.limits = limits
        self.cutter = SentenceCutter(limitBytes: limits.sentenceBytes)
    }

    /// Whether nothing is left of an item.
    func isDone(with position: Int) -> Bool {
        !waiting.contains { $0.position == position } && !speeches.contains { $0.sentence.position == position }
    }

    /// Adds a sentence; false when there is no room.
    ///
    /// Where as many wait as may, it goes on from the last one, as long as that stays within its own bound.
    mutating func add(_ text: String, of position: Int) -> Bool {
        if waiting.count < limits.sentences {
            waiting.append(Sentence(text: text, position: position))
            return true
        }
        guard let last = waiting.indices.last, waiting[last].position == position,
            waiting[last].text.utf8.count + text.utf8.count <= limits.sentenceBytes
        else { return false }
        waiting[last].text += text
        return true
    }

    /// The next sentence that can be begun.
    mutating func next() -> Sentence? {
        guard !waiting.isEmpty, speeches.count < limits.speechesAtOnce else { return nil }
        return waiting.removeFirst()
    }

    /// Bytes of audio that wait for their turn.
    var heldBytes: Int { speeches.reduce(0) { $0 + $1.held.count } }
}
