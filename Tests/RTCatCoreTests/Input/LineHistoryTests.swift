import RTCatCore
import Testing

@Suite struct LineHistoryTests {
    @Test(arguments: ["plain", "two\nlines", "back\\slash", "\\n is not a break", "trailing\\", "日本 ü", "tab\tin"])
    func survivesTheFile(_ entry: String) {
        var history = LineHistory()
        history.add("before")
        history.add(entry)
        let line = LineHistory.fileLine(entry)
        #expect(line.utf8.count(where: { $0 == 0x0A }) == 1)
        #expect(LineHistory(fileText: history.fileText).entries == ["before", entry])
    }

    @Test func keepsNeitherBlanksNorRepetitionsNorGiants() {
        let giant = String(repeating: "x", count: LineHistory.entryBytes)
        var history = LineHistory()
        let isKept = ["a", "a", "   ", "", giant + "x", giant, "a"].map { history.add($0) }
        #expect(isKept == [true, false, false, false, false, true, true])
        #expect(history.entries.count == 3)
    }

    @Test func keepsTheNewest() {
        var history = LineHistory()
        for number in 0..<LineHistory.entryLimit + 10 { history.add("line \(number)") }
        #expect(history.entries.count == LineHistory.entryLimit)
        #expect(history.entries.first == "line 10")
        let long = (0..<LineHistory.entryLimit + 5).map { "l\($0)\n" }.joined()
        #expect(LineHistory(fileText: long).entries.first == "l5")
    }

    @Test func aDamagedFileIsRead() {
        #expect(LineHistory(fileText: "\n\n\\").entries.isEmpty)
        #expect(LineHistory(fileText: "a\\x\nb").entries == ["ax", "b"])
    }
}
