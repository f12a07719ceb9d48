// What a rule found, and how it is told.

/// One breach of a rule, at a place an editor can jump to.
package struct Finding: Equatable {
    package enum Severity: String {
        case error
        case warning
    }

    package let rule: RuleName
    package let path: String
    /// Counted from 1; nil when the whole file is meant.
    package let line: Int?
    package let message: String

    package init(_ rule: RuleName, _ path: String, line: Int? = nil, _ message: String) {
        self.rule = rule
        self.path = path
        self.line = line
        self.message = message
    }

    package var severity: Severity { self.rule.severity }

    package var text: String {
        let place = self.line.map { "\(self.path):\($0)" } ?? self.path
        return "\(place): \(self.severity.rawValue): \(self.message) [\(self.rule.rawValue)]"
    }
}
