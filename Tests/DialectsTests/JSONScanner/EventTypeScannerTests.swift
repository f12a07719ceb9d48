// protocol/realtime §16 rule 1: "type" is not guaranteed to be the first key.

import Dialects
import Foundation
import Testing

@Suite struct EventTypeScannerTests {
    static func outcome(_ bytes: [UInt8], size: Int) -> (state: EventTypeScanner.State, type: String?) {
        var scanner = EventTypeScanner()
        for piece in pieces(bytes, size: size) { scanner.feed(piece.span) }
        let state = scanner.finish()
        return (state, scanner.type?.text)
    }

    static let audio = String(repeating: "QUJD", count: 5_000)

    @Test(
        "Wherever it stands, and however the message is cut",
        arguments: [
            #"{"type":"response.done"}"#,
            " {\n\"event_id\" : \"e\",\t\"type\" :\r\"response.done\" }",
            #"{"a":{"type":"no","b":[{"type":"no"}]},"type":"response.done","type":"second"}"#,
            #"{"a":"\"type\":\"no\"","b":"\\","c":-1.5,"d":null,"e":[],"f":{},"type":"response.done"}"#,
            #"{"typ":"no","types":"no","Type":"no","type ":"no","":"no","t\u0079pe":"response\u002edone"}"#,
            #"{"delta":"\#(audio)","item":{"audio":"\#(audio)"},"type":"response.done","x":1}"#,
            #"{"a":"}{][","b":["}",{"c":"]\"}"}],"type":"response.done"}"#,
            #"{"a":"\u0022,\u0022type\u0022:","type":"response.done"}"#,
        ]
    )
    func findsTheType(text: String) {
        let bytes = Array(text.utf8)
        for size in [1, 2, 3, 5, 7, 16, 17, 1_000, bytes.count] {
            let (state, type) = Self.outcome(bytes, size: size)
            #expect(state == .found)
            #expect(type == "response.done")
        }
        #expect(EventTypeScanner.type(of: bytes.span)?.matches("response.done") == true)
    }

    @Test("Every split in two")
    func isIndifferentToCuts() {
        let bytes = Array(#"{"a":["\\\"",{"type":"x"}],"ty\u0070e":"a\"b\/\u0063"}"#.utf8)
        for index in 0...bytes.count {
            var scanner = EventTypeScanner()
            scanner.feed(bytes.span.extracting(..<index))
            scanner.feed(bytes.span.extracting(index...))
            #expect(scanner.type?.text == #"a"b/c"#)
        }
    }

    @Test(
        "No type that is a short string",
        arguments: [
            "{}", #"{"a":1}"#, #"{"a":{"type":"x"}}"#, #"{"type":1}"#, #"{"type":null,"a":2}"#,
            #"{"type":{"type":"x"}}"#,
            #"{"type":"\#(String(repeating: "x", count: 65))"}"#, #"{"type":"x\u00e9"}"#, #"{"type":"\q"}"#,
            #"{"type":"x"#, "{",
            #"{"a":"type","b":["type",":","x"]}"#, "{type:1}", #"{"a" "type":"x"}"#,
        ]
    )
    func findsNone(text: String) {
        let bytes = Array(text.utf8)
        for size in [1, bytes.count] { #expect(Self.outcome(bytes, size: size).state == .absent) }
        #expect(EventTypeScanner.type(of: bytes.span) == nil)
    }

    @Test(arguments: ["", " ", "[]", "\"type\"", "\u{FEFF}{\"type\":\"x\"}", "null", "\0"])
    func refusesOtherValues(text: String) {
        #expect(Self.outcome(Array(text.utf8), size: 1).state == .notAnObject)
    }

    @Test("A type of exactly the capacity is kept")
    func keepsTheLongest() {
        let longest = String(repeating: "x", count: EventType.capacity)
        #expect(Self.outcome(Array(#"{"type":"\#(longest)"}"#.utf8), size: 9).type == longest)
    }

    @Test func startsAnewAfterReset() {
        var scanner = EventTypeScanner()
        let first = Array(#"{"type":"a"#.utf8)
        let second = Array(#"{"type":"b"}"#.utf8)
        scanner.feed(first.span)
        scanner.reset()
        let state = scanner.feed(second.span)
        #expect(state == .found)
        #expect(scanner.type?.text == "b")
    }

    @Test("Mutated messages: the same for every cut, and Foundation's answer where it accepts them")
    func agreesWithItselfAndFoundation() {
        var generator = SeededGenerator(seed: 0xE7)
        let seed = Array(#"{"event_id":"e_1","item":{"type":"message","c":["a",{"b":"}"}]},"type":"x.y","n":1}"#.utf8)
        for _ in 0..<4_000 {
            let bytes = generator.mutate(seed, spice: "{}[]\",:\\u0 typex")
            let whole = Self.outcome(bytes, size: bytes.count)
            #expect(Self.outcome(bytes, size: 1) == whole)
            #expect(Self.outcome(bytes, size: Int.random(in: 2...9, using: &generator)) == whole)
            let isUnique = (try? TopLevelScanner.members(of: bytes.span)) != nil
            if isUnique, let parsed = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] {
                #expect(whole.type == parsed["type"] as? String, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
}
