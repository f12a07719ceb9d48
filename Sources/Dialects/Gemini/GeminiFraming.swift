// The two forms of a Gemini stream, told by its first byte (protocol: http §3.1, §3.4): server-sent events, or one JSON array
// that grows. An object in place of either is how a provider refuses.

/// The form of a stream's body.
enum GeminiFraming: Equatable, Sendable {
    case events
    case array

    /// The form, and how many blank bytes and bytes of a BOM come first; nil if there is nothing else yet.
    static func detect(_ bytes: borrowing Span<UInt8>) -> (framing: GeminiFraming, blanks: Int)? {
        for index in 0..<bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF: continue
            case JSONGrammar.openBracket, JSONGrammar.openBrace: return (.array, index)
            default: return (.events, index)
            }
        }
        return nil
    }
}
