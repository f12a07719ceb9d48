// Ids for function calls of compatibles that give them none. A call's id must be unique within a conversation, of which
// only one answer is in sight: the answer's own id tells answers apart.

/// Makes ids for the calls of one answer.
struct OpenAICallID: Sendable {
    /// The most bytes of the answer's id that are taken over.
    private static let seedBytes = 48

    private let seed: String
    private var count = 0

    /// `answer` is the provider's id of the answer, of any content.
    init(answer: String?) {
        let plain = (answer ?? "").utf8.lazy.filter {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
        }
        seed = String(decoding: plain.suffix(Self.seedBytes), as: UTF8.self)
    }

    /// The next id, of letters, digits, `_` and `-` as every dialect wants it (http §4.1).
    mutating func next() -> String {
        defer { count += 1 }
        return seed.isEmpty ? "call_\(count)" : "call_\(seed)_\(count)"
    }
}
