// The notebook of one reading: what was wrong, what was odd, and in which line each key stands.

/// Collects findings; belongs to one reading and does not leave it.
final class ConfigurationFindings {
    let file: String
    let environment: [String: String]
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []
    private var lines: [String: Int] = [:]

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    /// Remembers where a key stands; its own line counts, not that of what follows below it.
    func place(_ keyPath: String, line: Int) {
        if lines[keyPath] == nil { lines[keyPath] = line }
    }

    /// Notes a fault; its line is the key's, or that of the nearest key around it.
    func fail(_ keyPath: String, _ reason: String, remedy: String) {
        errors.append(
            ConfigurationError(file: file, line: line(of: keyPath), keyPath: keyPath, reason: reason, remedy: remedy)
        )
    }

    /// Notes something that works and is probably not meant.
    func warn(_ keyPath: String, _ message: String) {
        warnings.append(
            ConfigurationWarning(file: file, line: line(of: keyPath), keyPath: keyPath, message: message)
        )
    }

    private func line(of keyPath: String) -> Int {
        var path = keyPath[...]
        while !path.isEmpty {
            if let line = lines[String(path)] { return line }
            path = path.prefix(upTo: path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)
        }
        return lines[""] ?? 0
    }
}
