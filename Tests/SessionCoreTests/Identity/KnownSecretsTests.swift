// Secrets of this configuration and those before stay out of text (robustness G1).

import SessionCore
import Testing

@Suite("KnownSecrets")
struct KnownSecretsTests {
    @Test("those of before are taken out beside those that count")
    func follow() {
        let known = KnownSecrets([Secret("first words"), Secret("kept words")])
        known.follow([Secret("kept words"), Secret("second words")])
        known.follow([Secret("third words")])
        let placeholder = Redaction.placeholder
        #expect(
            known.redact("first words, kept words, second words, third words, fourth words")
                == [placeholder, placeholder, placeholder, placeholder, "fourth words"].joined(separator: ", ")
        )
    }

    @Test("the oldest are forgotten first, and never those that count")
    func bound() {
        let known = KnownSecrets([Secret("word-0;")])
        let count = KnownSecrets.retiredLimit + 10
        for number in 1...count { known.follow([Secret("word-\(number);"), Secret("always;")]) }
        #expect(known.redact("word-0; word-9;") == "word-0; word-9;")
        #expect(known.redact("word-10;") == Redaction.placeholder)
        #expect(known.redact("word-\(count); always;") == "\(Redaction.placeholder) \(Redaction.placeholder)")
    }

    @Test("all that one change replaces stay known until the next, however many")
    func manyAtOnce() {
        let count = KnownSecrets.retiredLimit * 2
        let known = KnownSecrets((0..<count).map { Secret("word-\($0);") })
        known.follow([Secret("next;")])
        #expect(known.redact("word-0; word-\(count - 1);") == "\(Redaction.placeholder) \(Redaction.placeholder)")
    }

    @Test("those of a configuration that is refused are taken out, and push out none that counts")
    func expected() {
        let known = KnownSecrets([Secret("in force;")])
        for number in 0..<KnownSecrets.retiredLimit + 10 { known.expect([Secret("refused-\(number);")]) }
        let last = "refused-\(KnownSecrets.retiredLimit + 9);"
        #expect(known.redact("in force; \(last)") == "\(Redaction.placeholder) \(Redaction.placeholder)")
        known.follow([Secret("next;")])
        #expect(known.redact("in force; next;") == "\(Redaction.placeholder) \(Redaction.placeholder)")
    }

    @Test("one that comes back is known once")
    func again() {
        let known = KnownSecrets([Secret("one")])
        for _ in 0..<3_000 {
            known.follow([Secret("two")])
            known.follow([Secret("one")])
        }
        #expect(known.redact("one two") == "\(Redaction.placeholder) \(Redaction.placeholder)")
    }
}
