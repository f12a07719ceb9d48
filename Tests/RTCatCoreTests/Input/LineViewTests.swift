import RTCatCore
import Testing

@Suite struct LineViewTests {
    private static func view(_ text: String, _ cursor: Int, _ columns: Int) -> LineView {
        LineView(line: Array(text), cursor: cursor, columns: columns)
    }

    @Test func showsAllThatFits() {
        let view = Self.view("hello", 2, 10)
        #expect(view.text == "hello" && view.cursorColumn == 2)
        #expect(Self.view("hello", 5, 6).text == "hello")
        #expect(Self.view("", 0, 10) == Self.view("", 0, 2))
    }

    @Test func scrollsToTheCursor() {
        let end = Self.view("abcdefghij", 10, 6)
        #expect(end.text == "fghij" && end.cursorColumn == 5)
        let start = Self.view("abcdefghij", 0, 6)
        #expect(start.text == "abcde" && start.cursorColumn == 0)
        let middle = Self.view("abcdefghij", 7, 6)
        #expect(middle.text == "cdefg" && middle.cursorColumn == 5)
    }

    @Test func countsWideCharactersTwice() {
        let view = Self.view("日本語", 2, 20)
        #expect(view.cursorColumn == 4)
        #expect(Self.view("日本語", 3, 6).text == "本語")
        #expect(Self.view("日本語", 3, 6).cursorColumn == 4)
    }

    @Test func neverShowsWhatMovesTheCursor() {
        let view = Self.view("a\nb\tc\u{1B}", 6, 20)
        #expect(view.text == "a⏎b→c·" && view.cursorColumn == 6)
    }

    @Test(arguments: [1, 2, 3, 5, 8, 40])
    func staysWithinTheRow(_ columns: Int) {
        let line = Array("a日b本c語 xyz 😀 ende")
        for cursor in 0...line.count {
            let view = LineView(line: line, cursor: cursor, columns: columns)
            let width = view.text.map(CharacterWidth.columns).reduce(0, +)
            #expect(width < max(columns, 2))
            #expect((0..<max(columns, 2)).contains(view.cursorColumn))
        }
    }
}
