// Cuts an answer into the pieces a model would stream: a word with the space before it, or two characters where
// words are not spaced.

/// The pieces of an answer.
package enum AnswerPieces {
    /// Cuts a text; joined again the pieces are the text.
    package static func cut(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var denseCharacters = 0
        for character in text {
            let isDense = character.unicodeScalars.allSatisfy { (0x3000...0xD7A3).contains($0.value) }
            let startsWord = character.isWhitespace && !(piece.last?.isWhitespace ?? true)
            if !piece.isEmpty, startsWord || (isDense && denseCharacters >= 2) {
                pieces.append(piece)
                piece = ""
                denseCharacters = 0
            }
            piece.append(character)
            if isDense { denseCharacters += 1 }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    /// Cuts a text into runs of so many characters, as arguments of a tool call are streamed.
    package static func cut(_ text: String, every length: Int) -> [String] {
        precondition(length > 0)
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
