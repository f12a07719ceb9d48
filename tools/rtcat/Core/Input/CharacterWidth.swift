// How many columns a character takes on a terminal: none, one, or two (East Asian wide and emoji, UAX #11). Terminals
// disagree about rare characters; being wrong by a column shifts the cursor on that line and nothing else.

/// Columns of a character.
package enum CharacterWidth {
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
        0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]

    package static func columns(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.isASCII { return 1 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        let isEmojiShape = character.unicodeScalars.contains { $0.value == 0xFE0F }
        return isEmojiShape || self.wide.contains { $0.contains(first.value) } ? 2 : 1
    }
}
