// What can be wrong with a JSON text, and the bounds on reading one (RFC 8259).
//
// The bounds are far below what would trouble the scanner itself, which neither recurses nor builds a tree: they protect
// whoever reads the text after us.

/// Bounds for reading JSON.
package struct JSONLimits: Sendable, Equatable {
    /// The deepest nesting of objects and arrays, the outermost object being 1; never more than 64.
    package var depth = 64

    /// Members of one inspected object.
    package var members = 256

    package init() {}
}

/// A breach of RFC 8259, or of our bounds.
package enum JSONViolation: Error, Equatable, Sendable {
    /// The text, whatever it is, is no object.
    case notAnObject
    /// The grammar is broken at this byte.
    case malformed(at: Int)
    /// Bytes follow the object.
    case trailingBytes(at: Int)
    /// A byte sequence is not UTF-8.
    case notUTF8
    case tooDeep
    case tooManyMembers
    /// A name appears twice in one object, where parsers disagree on which value counts.
    case duplicateMember(String)

    /// One sentence for the person who reads the answer.
    package var message: String {
        switch self {
        case .notAnObject: "The body must be a JSON object."
        case .malformed(let index): "The body is not valid JSON at byte \(index)."
        case .trailingBytes(let index): "Something follows the JSON object at byte \(index)."
        case .notUTF8: "The body is not valid UTF-8."
        case .tooDeep: "The JSON is nested too deeply."
        case .tooManyMembers: "The JSON object has too many members."
        case .duplicateMember(let name): "The name '\(name)' appears more than once in one object."
        }
    }
}
