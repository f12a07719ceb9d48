// The line editor as a table: keys in, line and cursor out.

import RTCatCore
import Testing

@Suite struct LineEditorTests {
    private static func typed(_ text: String, history: [String] = []) -> LineEditor {
        var past = LineHistory()
        for entry in history { past.add(entry) }
        var editor = LineEditor(history: past)
        for character in text { _ = editor.handle(.character(character)) }
        return editor
    }

    /// Keys on "hello big world", the cursor at its end, and what they leave; the bar is the cursor.
    @Test(arguments: [
        ([Key.backspace], "hello big worl|"), ([.left, .backspace], "hello big wor|d"), ([.home], "|hello big world"),
        ([.home, .delete], "|ello big world"), ([.control("a"), .control("k")], "|"), ([.control("u")], "|"),
        ([.control("w")], "hello big |"), ([.control("w"), .control("w")], "hello |"),
        ([.wordLeft, .wordLeft], "hello |big world"), ([.home, .wordRight], "hello| big world"),
        ([.home, .alt("d")], "| big world"), ([.alt("b"), .control("u"), .end, .control("y")], "worldhello big |"),
        ([.home, .right, .right, .control("d")], "he|lo big world"),
        ([.control("b"), .control("f")], "hello big world|"),
        ([.control("a"), .control("e"), .character("!")], "hello big world!|"),
        ([.left, .character("X")], "hello big worlX|d"),
    ])
    func edits(_ keys: [Key], _ expected: String) {
        var editor = Self.typed("hello big world")
        for key in keys { _ = editor.handle(key) }
        let shown = String(editor.line[..<editor.cursor]) + "|" + String(editor.line[editor.cursor...])
        #expect(shown == expected)
    }

    @Test(arguments: [
        Key.left, .home, .backspace, .delete, .control("u"), .control("k"), .control("w"), .up, .down, .tab,
    ])
    func ringsWhenNothingCanBeDone(_ key: Key) {
        var editor = LineEditor()
        #expect(editor.handle(key) == .bell)
    }

    @Test func submitsAndIsEmptyAgain() {
        var editor = Self.typed("one")
        #expect(editor.handle(.enter) == .submit("one"))
        #expect(editor.text.isEmpty && editor.cursor == 0)
        #expect(editor.handle(.enter) == .submit(""))
    }

    @Test func controlCClearsThenInterrupts() {
        var editor = Self.typed("one")
        #expect(editor.handle(.control("c")) == .redraw)
        #expect(editor.text.isEmpty)
        #expect(editor.handle(.control("c")) == .interrupt)
    }

    @Test func controlDEndsOnlyAnEmptyLine() {
        var editor = Self.typed("ab")
        #expect(editor.handle(.control("d")) == .bell)
        _ = editor.handle(.control("u"))
        #expect(editor.handle(.control("d")) == .endOfInput)
    }

    @Test func walksThroughHistoryAndBackToTheDraft() {
        var editor = Self.typed("draft", history: ["one", "two"])
        _ = editor.handle(.up)
        #expect(editor.text == "two")
        _ = editor.handle(.control("p"))
        #expect(editor.text == "one")
        #expect(editor.handle(.up) == .bell)
        _ = editor.handle(.down)
        _ = editor.handle(.control("n"))
        #expect(editor.text == "draft" && editor.cursor == 5)
        #expect(editor.handle(.down) == .bell)
    }

    @Test func submittingLeavesTheHistorysPlace() {
        var editor = Self.typed("", history: ["one", "two"])
        _ = editor.handle(.up)
        _ = editor.handle(.up)
        #expect(editor.handle(.enter) == .submit("one"))
        editor.remember("one")
        _ = editor.handle(.up)
        #expect(editor.text == "one")
        _ = editor.handle(.up)
        #expect(editor.text == "two")
    }

    @Test func pastedLineBreaksBelongToTheLine() {
        var editor = LineEditor()
        for key in [Key.pasteBegin, .character("a"), .enter, .tab, .character("b"), .pasteEnd] {
            _ = editor.handle(key)
        }
        #expect(editor.handle(.enter) == .submit("a\n\tb"))
    }

    @Test func combiningMarksJoinTheirCharacter() {
        var editor = Self.typed("e")
        #expect(editor.handle(.character("\u{301}")) == .redraw)
        #expect(editor.line.count == 1 && editor.cursor == 1)
        #expect(editor.text == "e\u{301}")
    }

    @Test func aLineHasABound() {
        var editor = LineEditor()
        for _ in 0..<LineEditor.lineLimit { _ = editor.handle(.character("x")) }
        #expect(editor.handle(.character("x")) == .bell)
        #expect(editor.line.count == LineEditor.lineLimit)
    }
}
