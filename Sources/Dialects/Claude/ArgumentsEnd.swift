// Where the JSON object that a call's arguments are ends, found while it comes in pieces: Claude's blocks never overlap
// (protocol: http §2.4), so a later call waits until the earlier one is whole (§5.2).

/// Finds the end of one JSON object that comes in pieces.
struct ArgumentsEnd: Equatable, Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the outermost object has been closed.
    private(set) var isReached = false

    /// Takes the next piece; nothing is checked but the nesting.
    mutating func feed(_ piece: String) {
        for byte in piece.utf8 {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == JSONString.backslash {
                    isEscaped = true
                } else if byte == JSONString.quote {
                    isInString = false
                }
                continue
            }
            switch byte {
            case JSONString.quote: isInString = true
            case JSONGrammar.openBrace, JSONGrammar.openBracket: depth += 1
            case JSONGrammar.closeBrace, JSONGrammar.closeBracket:
                depth -= 1
                if depth <= 0 { isReached = true }
            default: continue
            }
        }
    }
}
