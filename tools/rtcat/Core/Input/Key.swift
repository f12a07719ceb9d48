// What a terminal sends for one key press, told apart from its bytes.

/// A key, or what a terminal reports like one.
package enum Key: Equatable, Sendable {
    case character(Character)
    /// Ctrl and a letter, in lower case.
    case control(Character)
    /// Alt and a letter, in lower case.
    case alt(Character)
    case enter
    case tab
    case backspace
    case delete
    case left
    case right
    case up
    case down
    case home
    case end
    case wordLeft
    case wordRight
    /// Bracketed paste: what follows was pasted, not typed.
    case pasteBegin
    case pasteEnd
    /// A sequence that means nothing here.
    case unknown
}
