import Testing

@testable import Dialects

@Suite struct ByteSearchTests {
    @Test(
        "Every stopping byte is found at every place among every kind of neighbour",
        arguments: [0x41, 0x80, 0xFF, 0x21] as [UInt8]
    )
    func findsStringStops(filler: UInt8) {
        for stop in [0x22, 0x5C, 0x00, 0x0A, 0x1F] as [UInt8] {
            for count in [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 48] {
                for start in 0...min(count, 3) {
                    var bytes = [UInt8](repeating: filler, count: count)
                    #expect(ByteSearch.stringStop(bytes.span, from: start, to: count) == count)
                    for place in start..<count {
                        bytes[place] = stop
                        #expect(ByteSearch.stringStop(bytes.span, from: start, to: count) == place)
                        #expect(ByteSearch.stringStop(bytes.span, from: start, to: place) == place)
                        bytes[place] = filler
                    }
                }
            }
        }
    }

    @Test("Agrees with a plain loop on all byte values")
    func agreesWithAPlainLoop() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...70, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let string = bytes.firstIndex { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 } ?? count
            #expect(ByteSearch.stringStop(bytes.span, from: 0, to: count) == string)
            let line = bytes.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? count
            #expect(ByteSearch.lineStop(bytes.span, from: 0, to: count) == line)
        }
    }

    @Test func neverLooksBehindTheEnd() {
        let bytes: [UInt8] = [0x41, 0x41, 0x0A]
        #expect(ByteSearch.lineStop(bytes.span, from: 0, to: 2) == 2)
        #expect(ByteSearch.lineStop(bytes.span, from: 0, to: 100) == 2)
        #expect(ByteSearch.stringStop(bytes.span, from: 3, to: 100) == 3)
    }
}
