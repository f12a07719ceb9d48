// WHATWG HTML §9.2.5-§9.2.6; robustness row E9.

import Dialects
import Testing

@Suite struct EventStreamParserTests {
    struct Event: Equatable {
        var raw: String
        var name: String?
        var data: String?
    }

    struct Outcome: Equatable {
        var events: [Event] = []
        var pending = ""
        var violation: EventStreamViolation?
    }

    /// What comes out when the bytes arrive in pieces; an LF that came late is joined to the event it belongs to.
    static func outcome(_ bytes: [UInt8], size: Int, limits: EventStreamLimits = EventStreamLimits()) -> Outcome {
        var parser = EventStreamParser(limits: limits)
        var outcome = Outcome()
        do throws(EventStreamViolation) {
            for piece in pieces(bytes, size: size) {
                parser.append(piece.span)
                while let block = try parser.next() {
                    let raw = String(decoding: parser.buffer[block.raw], as: UTF8.self)
                    if block.endsPrevious {
                        #expect(raw == "\n")
                        outcome.events[outcome.events.count - 1].raw += raw
                        continue
                    }
                    let name = block.name.map { String(decoding: parser.buffer[$0], as: UTF8.self) }
                    let data = block.data == nil ? nil : String(decoding: parser.data(of: block), as: UTF8.self)
                    outcome.events.append(Event(raw: raw, name: name, data: data))
                }
            }
        } catch {
            outcome.violation = error
        }
        outcome.pending = String(decoding: parser.buffer[parser.pending], as: UTF8.self)
        return outcome
    }

    static func outcome(_ text: String) -> Outcome { outcome(Array(text.utf8), size: text.utf8.count) }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func cutsAtBlankLines(end: String) {
        let first = ["event: a", "data: 1", "", ""].joined(separator: end)
        let second = [": ping", "", ""].joined(separator: end)
        let third = ["data:2", "data", "id: 7", "data:  3", "", ""].joined(separator: end)
        let outcome = Self.outcome(first + second + third + "data: x")
        #expect(
            outcome.events == [
                Event(raw: first, name: "a", data: "1"), Event(raw: second, name: nil, data: nil),
                Event(raw: third, name: nil, data: "2\n\n 3"),
            ]
        )
        #expect(outcome.pending == "data: x")
    }

    @Test("The same events for every cut, line ends mixed")
    func isIndifferentToCuts() {
        let text =
            "\u{FEFF}data: a\u{E9}\r\ndata: b\r\n\r\ndata: c\n\n: x\r\r\revent: d\rdata: e\r\n\n\ndata: f\n\r\ndata: g\r\n\r\n"
        let bytes = Array(text.utf8)
        let whole = Self.outcome(bytes, size: bytes.count)
        #expect(whole.events.map(\.data) == ["a\u{E9}\nb", "c", nil, nil, "e", nil, "f", "g"])
        #expect(whole.events.map(\.raw).joined() == text)
        for size in 1..<bytes.count { #expect(Self.outcome(bytes, size: size) == whole) }
    }

    @Test("E9: an event ended by CR alone is not held back for an LF that may come")
    func dispatchesAtTheReturn() {
        #expect(Self.outcome("data: a\r\r").events == [Event(raw: "data: a\r\r", name: nil, data: "a")])
    }

    @Test("E9: a BOM belongs to the start of the stream only")
    func passesOverTheByteOrderMark() {
        let outcome = Self.outcome("\u{FEFF}data: a\ndata: b\n\n\u{FEFF}data: c\n\n")
        #expect(outcome.events.map(\.data) == ["a\nb", nil])
        #expect(Self.outcome("").events == [])
    }

    @Test(arguments: [
        ("data:x", "x"), ("data: x", "x"), ("data:  x", " x"), ("data", ""), ("data:", ""), ("data: x: y", "x: y"),
        ("datax: y", nil), ("Data: y", nil), (" data: y", nil), ("dat", nil), (":data: y", nil),
    ])
    func readsFields(line: String, data: String?) {
        #expect(Self.outcome(line + "\n\n").events.map(\.data) == [data])
    }

    @Test("E9: an endless line and an endless event are refused, whatever the pieces")
    func boundsLinesAndEvents() {
        var limits = EventStreamLimits()
        limits.lineBytes = 100
        limits.eventBytes = 300
        let line = "data: " + String(repeating: "x", count: 94)
        #expect(Self.outcome(Array((line + "\n\n").utf8), size: 9, limits: limits).events.count == 1)
        #expect(Self.outcome(Array((line + "x").utf8), size: 9, limits: limits).violation == .lineTooLong)
        let lines = Array(String(repeating: "data: xxxx\n", count: 28).utf8)
        #expect(Self.outcome(lines, size: 7, limits: limits).violation == .eventTooLong)
        #expect(Self.outcome(lines, size: 400, limits: limits).violation == .eventTooLong)
    }

    @Test("A data line of 1 MiB passes in pieces of 1 KiB")
    func passesLargeEvents() {
        let text = "data: " + String(repeating: "y", count: 1 << 20) + "\n\n"
        #expect(Self.outcome(Array(text.utf8), size: 1_024).events.map(\.raw) == [text])
    }

    @Test("Mutated streams: the same events for every cut, and no byte lost")
    func agreesWithItselfOnNoise() {
        var generator = SeededGenerator(seed: 0x55E)
        let seed = Array("event: a\r\ndata: {\"b\":1}\r\n\r\n: c\n\ndata: d\rdata: e\r\rdata: [DONE]\n\n".utf8)
        for _ in 0..<2_000 {
            let bytes = generator.mutate(seed, spice: "\r\n\r\n: data")
            let whole = Self.outcome(bytes, size: bytes.count)
            #expect(whole.events.map(\.raw).joined() + whole.pending == String(decoding: bytes, as: UTF8.self))
            #expect(Self.outcome(bytes, size: 1) == whole)
            #expect(Self.outcome(bytes, size: Int.random(in: 2...9, using: &generator)) == whole)
        }
    }
}
