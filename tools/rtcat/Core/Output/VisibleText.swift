// A peer's text on the user's terminal. Escape sequences would let the peer move the cursor, rewrite what stands above,
// or make the terminal type; so control characters are shown, not obeyed.

/// Makes text safe to print on a terminal.
package enum VisibleText {
    /// Control characters become their pictures (U+2400 …); line breaks and tabs stay.
    package static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: self.isDangerous) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(self.isDangerous(scalar) ? self.picture(scalar) : scalar)
        }
        return String(result)
    }

    /// C0, DEL, C1, and the marks that turn the direction of writing.
    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x09: false
        case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func picture(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "?"
        case 0x7F: "\u{2421}"
        default: "\u{FFFD}"
        }
    }
}
