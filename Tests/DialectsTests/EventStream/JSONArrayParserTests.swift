// protocol/http §3.1: an array that grows.

import Testing

@testable import Dialects

@Suite struct JSONArrayParserTests {
    private struct Outcome: Equatable {
        var values: [String] = []
        var raw = ""
        var rest = ""
        var hasEnded = false
    }

    private func outcome(_ bytes: [UInt8], size: Int) throws -> Outcome {
        var parser = JSONArrayParser(limits: EventStreamLimits())
        var outcome = Outcome()
        var raw: [UInt8] = []
        for piece in pieces(bytes, size: size) {
            parser.append(piece.span)
            while let block = try parser.next() {
                raw += parser.buffer[block.raw]
                if let value = block.value {
                    outcome.values.append(String(decoding: parser.buffer[value], as: UTF8.self))
                }
            }
        }
        outcome.raw = String(decoding: raw, as: UTF8.self)
        outcome.rest = String(decoding: parser.buffer[parser.pending], as: UTF8.self)
        outcome.hasEnded = parser.hasEnded
        return outcome
    }

    @Test("Elements and every byte before them, whatever the cuts")
    func cuts() throws {
        let text = " [ {\"a\":\"x]}\\\"\\\\\"}\n,\r\n{\"b\":[{},[]],\"h\":\"\u{E9}\"} , {} ]"
        let bytes = Array(text.utf8)
        let expected = Outcome(
            values: ["{\"a\":\"x]}\\\"\\\\\"}", "{\"b\":[{},[]],\"h\":\"\u{E9}\"}", "{}"],
            raw: text,
            hasEnded: true
        )
        for size in 1...bytes.count { #expect(try self.outcome(bytes, size: size) == expected) }
    }

    @Test(
        "What is not complete stays",
        arguments: [
            ("[", [], "", "[", false), ("[{\"a\":1", [], "", "[{\"a\":1", false), ("[{},{", ["{}"], "[{}", ",{", false),
            ("{\"error\":{}}", ["{\"error\":{}}"], "{\"error\":{}}", "", true), ("[]\n ", [], "[]", "\n ", true),
            ("", [], "", "", false),
        ] as [(String, [String], String, String, Bool)]
    )
    func keepsTheRest(text: String, values: [String], raw: String, rest: String, hasEnded: Bool) throws {
        let outcome = try self.outcome(Array(text.utf8), size: 1)
        #expect(outcome == Outcome(values: values, raw: raw, rest: rest, hasEnded: hasEnded))
    }

    @Test func boundsElements() {
        var limits = EventStreamLimits()
        limits.eventBytes = 1_000
        var parser = JSONArrayParser(limits: limits)
        #expect(throws: EventStreamViolation.eventTooLong) {
            for _ in 0..<10 {
                parser.append(Array(String(repeating: "[{\"a\":[", count: 30).utf8).span)
                while try parser.next() != nil {}
            }
        }
    }

    @Test("Noise: the same elements for every cut")
    func agreesWithItselfOnNoise() throws {
        var generator = SeededGenerator(seed: 0xA77)
        let seed = Array(#"[{"a":"x\"]"},{"b":[1,{}]}]"#.utf8)
        for _ in 0..<1_500 {
            let bytes = generator.mutate(seed, spice: #"{}[]":,\"#)
            let whole = try self.outcome(bytes, size: bytes.count)
            #expect(try self.outcome(bytes, size: 1) == whole)
            #expect(try self.outcome(bytes, size: 3) == whole)
        }
    }
}
