// RFC 9112 §7.1.

import HTTPFraming
import Testing

@Suite struct ChunkedEncoderTests {
    @Test(arguments: [(1, "1\r\n"), (255, "ff\r\n"), (65_536, "10000\r\n")])
    func writesTheSizeInHexadecimal(count: Int, expected: String) {
        #expect(ChunkedEncoder.header(count: count) == Array(expected.utf8))
    }

    @Test("A chunk of size zero would end the body, so no content writes nothing")
    func writesNothingForNothing() {
        #expect(ChunkedEncoder.header(count: 0) == [])
        #expect(ChunkedEncoder.header(count: -1) == [])
        var output: [UInt8] = []
        ChunkedEncoder.append([], to: &output)
        #expect(output == [])
    }

    @Test(arguments: [0, 1, 15, 16, 17, 125, 126, 65_535, 65_536])
    func writesWhatTheDecoderReads(count: Int) {
        let content = [UInt8](repeating: 0x61, count: count)
        var output: [UInt8] = []
        ChunkedEncoder.append(content, to: &output)
        ChunkedEncoder.appendHeader(count: 2, to: &output)
        output += Array("hi".utf8) + ChunkedEncoder.lineEnd + ChunkedEncoder.terminator
        let outcome = bodyOutcome(.chunked, output)
        #expect(outcome == BodyOutcome(content: content + Array("hi".utf8), ended: true, consumed: output.count))
    }
}
