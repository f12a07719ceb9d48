// One stream by itself: RFC 7692 §7.2.2.

import Testing
import WebSocketFraming

struct InflaterTests {
    @Test func steps() throws {
        let inflater = try #require(Inflater(windowBits: 15))
        let input: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF]
        var output = [UInt8](repeating: 0, count: 8)
        var bytes = output.mutableSpan
        let first = inflater.step(input.span, into: &bytes, room: 1..<4)
        #expect(first.produced == 3 && first.outcome == .advanced)
        let rest = input.span.extracting(first.consumed..<input.count)
        let second = inflater.step(rest, into: &bytes, room: 4..<8)
        #expect(first.consumed + second.consumed == input.count)
        #expect(second.produced == 2 && second.outcome == .advanced)
        #expect(inflater.isAtBlockEnd)
        #expect(output == [0] + Array("Hello".utf8) + [0, 0])
    }

    @Test func endsAndCorruption() throws {
        let inflater = try #require(Inflater(windowBits: 8))
        var output = [UInt8](repeating: 0, count: 8)
        var bytes = output.mutableSpan
        let end: [UInt8] = [0x03, 0x00]
        #expect(inflater.step(end.span, into: &bytes, room: 0..<8).outcome == .ended)
        let bad: [UInt8] = [0x06]
        #expect(inflater.step(bad.span, into: &bytes, room: 0..<8).outcome == .corrupt)
        inflater.reset()
        #expect(inflater.step(end.span, into: &bytes, room: 0..<8).outcome == .ended)
    }

    @Test func impossibleWindowsAreRefused() {
        #expect(Inflater(windowBits: 7) == nil)
        #expect(Inflater(windowBits: 16) == nil)
    }
}
