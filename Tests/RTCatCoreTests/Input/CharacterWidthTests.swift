import RTCatCore
import Testing

@Suite struct CharacterWidthTests {
    @Test(arguments: [
        (Character("a"), 1), ("é", 1), ("日", 2), ("ｱ", 1), ("Ａ", 2), ("😀", 2), ("한", 2), ("e\u{301}", 1),
        ("\u{301}", 0),
        ("—", 1), ("☀\u{FE0F}", 2),
    ])
    func countsColumns(_ character: Character, _ columns: Int) {
        #expect(CharacterWidth.columns(character) == columns)
    }
}
