// The names of the rules, as they stand in messages and in the list of exceptions.

/// One rule of the house.
package enum RuleName: String, CaseIterable {
    /// An import goes down the ranks, and a target takes from outside only what its row permits.
    case imports
    /// A file has at most 500 lines.
    case fileLength = "file-length"
    /// A function has at most 70 lines.
    case functionLength = "function-length"
    /// Words that do not belong into the product.
    case words
    /// What switches the compiler's checks off carries a comment that says why.
    case unchecked
    /// A Swift file opens with a comment that says what it is for.
    case header
    /// No files that are named for nothing.
    case names
    /// Every target has its row in the rank table and its place in the manifest.
    case targets
    /// A source of some size has a test file of its own.
    case missingTest = "missing-test"
    /// No text names a path of somebody's machine.
    case machinePaths = "machine-paths"
    /// The list of exceptions is well-formed and each entry is still needed.
    case exceptions

    package var severity: Finding.Severity {
        switch self {
        case .missingTest: .warning
        case .imports, .fileLength, .functionLength, .words, .unchecked, .header, .names, .targets, .machinePaths,
            .exceptions:
            .error
        }
    }
}
