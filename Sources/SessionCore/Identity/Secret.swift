// A text that must not be seen: provider keys, the admin key.
//
// Robustness G1: whatever prints, dumps or interpolates the value gets a placeholder; reading it takes a call that can
// be searched for.

/// A secret text whose every description is a placeholder.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Returns the secret itself, for the header or the comparison that needs it.
    package func reveal() -> String { text }

    package var isEmpty: Bool { text.isEmpty }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: ["text": "[redacted]"]) }
}
