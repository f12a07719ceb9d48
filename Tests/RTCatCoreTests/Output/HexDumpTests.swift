import RTCatCore
import Testing

@Suite struct HexDumpTests {
    @Test func dumpsARow() {
        let rows = HexDump.rows(Array("Hello, world!\n\u{7F}~more".utf8), limit: 100)
        #expect(
            rows == [
                "00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a 7f 7e  |Hello, world!..~|",
                "00000010  6d 6f 72 65                                       |more|",
            ]
        )
    }

    @Test(arguments: [(0, 10, 0), (16, 16, 1), (17, 17, 2), (17, 16, 2), (100, 0, 1), (5, -1, 1)])
    func isBounded(_ count: Int, _ limit: Int, _ rows: Int) {
        #expect(HexDump.rows([UInt8](repeating: 0, count: count), limit: limit).count == rows)
    }

    @Test func saysWhatIsLeftOut() {
        #expect(HexDump.rows([UInt8](repeating: 0, count: 40), limit: 16).last == "… 24 more bytes")
    }
}
