// What is wrong with a configuration: where, why, and what to do about it. All findings of one reading come together.

/// One finding.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    /// From 1; 0 where the fault lies in no line, such as a file that is not there.
    package let line: Int
    /// Such as `upstreams[0].base_url`; empty for the file as a whole.
    package let keyPath: String
    package let reason: String
    package let remedy: String

    package init(file: String, line: Int, keyPath: String, reason: String, remedy: String) {
        self.file = file
        self.line = line
        self.keyPath = keyPath
        self.reason = reason
        self.remedy = remedy
    }

    package var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return [place, keyPath, "\(reason). \(remedy)"].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// All findings of one reading, in the order of the lines; never empty.
package struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    package let errors: [ConfigurationError]

    package init(_ errors: [ConfigurationError]) {
        self.errors = errors.enumerated()
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    /// One line per finding.
    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
