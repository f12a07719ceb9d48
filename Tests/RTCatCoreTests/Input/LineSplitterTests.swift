import RTCatCore
import Testing

@Suite struct LineSplitterTests {
    private static func lines(_ pieces: [ArraySlice<UInt8>], limit: Int = 100) -> [LineSplitter.Next] {
        var splitter = LineSplitter(lineBytes: limit)
        var result: [LineSplitter.Next] = []
        func drain() {
            while true {
                let next = splitter.next()
                if next == .needsMore { return }
                result.append(next)
                if next == .ended || next == .tooLong { return }
            }
        }
        for piece in pieces {
            splitter.append(piece)
            drain()
        }
        splitter.end()
        drain()
        return result
    }

    @Test(arguments: [
        ("a\nb\n", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("\n\n", ["", ""]), ("", []), ("ü\n日本\r\n", ["ü", "日本"]),
        ("a\rb\n", ["a\rb"]),
    ])
    func splitsAtEverySplit(_ text: String, _ expected: [String]) {
        let bytes = Array(text.utf8)
        let wanted = expected.map { LineSplitter.Next.line($0) } + [.ended]
        for split in 0...bytes.count {
            #expect(Self.lines([bytes[..<split], bytes[split...]]) == wanted)
        }
        #expect(Self.lines(bytes.indices.map { bytes[$0...$0] }) == wanted)
    }

    @Test func aLineHasABound() {
        let bytes = [UInt8](repeating: 0x61, count: 101)
        #expect(Self.lines([bytes[...]]).first == .tooLong)
        #expect(Self.lines([(bytes + [0x0A])[...]]).first == .tooLong)
        #expect(Self.lines([bytes[..<100], [0x0A]]) == [.line(String(repeating: "a", count: 100)), .ended])
    }
}
