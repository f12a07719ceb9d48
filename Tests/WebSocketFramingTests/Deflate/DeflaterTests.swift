// One stream by itself: RFC 7692 §7.2.1.

import Testing
import WebSocketFraming

struct DeflaterTests {
    @Test func flushEndsWithAnEmptyStoredBlock() throws {
        let deflater = try #require(Deflater(windowBits: 15, level: 6, memoryLevel: 8))
        let hello = Array("Hello".utf8)
        var output = [UInt8](repeating: 0, count: 64)
        var bytes = output.mutableSpan
        let quiet = deflater.step(hello.span, into: &bytes, room: 0..<64, flushes: false)
        #expect(quiet.consumed == 5 && quiet.produced == 0)
        let flushed = deflater.step(hello.span.extracting(0..<0), into: &bytes, room: 0..<64, flushes: true)
        #expect(
            Array(output[..<flushed.produced])
                == [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF]
        )
    }

    @Test func impossibleSettingsAreRefused() {
        #expect(Deflater(windowBits: 16, level: 6, memoryLevel: 8) == nil)
        #expect(Deflater(windowBits: 15, level: 6, memoryLevel: 10) == nil)
        #expect(Deflater(windowBits: 8, level: 6, memoryLevel: 8)?.windowBits == 8)
    }
}
