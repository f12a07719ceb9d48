// How lists of models are written: an exact id, or a beginning followed by `*`.

/// One entry of a list of models.
package struct ModelPattern: Sendable, Hashable {
    /// What an id must begin with, or be.
    package let stem: String
    package let isPrefix: Bool

    package init(_ text: String) {
        isPrefix = text.hasSuffix("*")
        stem = isPrefix ? String(text.dropLast()) : text
    }

    /// Compares bytes: ids are opaque, and two spellings of one character are two ids.
    package func matches(_ model: String) -> Bool {
        isPrefix ? model.utf8.starts(with: stem.utf8) : model.utf8.elementsEqual(stem.utf8)
    }

    /// Orders patterns that match the same id: an exact id before any beginning, a longer beginning before a shorter.
    package var specificity: Int {
        isPrefix ? stem.utf8.count : Int.max
    }
}
