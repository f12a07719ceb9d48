import Testing

@testable import RealtimeTranslation

/// Sentences that wait for their turn.
@Suite struct SpeechQueueTests {
    private static func queue() -> SpeechQueue {
        var limits = ConversationLimits()
        (limits.sentences, limits.speechesAtOnce, limits.sentenceBytes) = (2, 1, 20)
        return SpeechQueue(limits: limits)
    }

    @Test func aFullQueueLengthensItsLastSentence() {
        var queue = Self.queue()
        let added = ["One. ", "Two. ", "Three. ", "Four and five."].map { queue.add($0, of: 0) }
        #expect(added == [true, true, true, false])
        #expect(queue.waiting.map(\.text) == ["One. ", "Two. Three. "])
        let isOfAnother = queue.add("x", of: 1)
        #expect(!isOfAnother)
    }

    @Test func onlySoManyAtOnce() throws {
        var queue = Self.queue()
        _ = queue.add("One.", of: 0)
        _ = queue.add("Two.", of: 1)
        let next = queue.next()
        let first = try #require(next)
        queue.speeches.append(SpeechQueue.Speech(sentence: first, work: nil, isOver: false))
        let second = queue.next()
        #expect(second == nil)
        #expect(!queue.isDone(with: 0))
        queue.speeches.removeFirst()
        #expect(queue.isDone(with: 0))
        #expect(!queue.isDone(with: 1))
    }

    @Test(arguments: [("a", true), ("7", true), ("はい", true), ("…", false), (" ** ", false), ("", false)])
    func audible(_ text: String, _ isAudible: Bool) {
        #expect(SpeechQueue.Sentence(text: text, position: 0).isAudible == isAudible)
    }
}
