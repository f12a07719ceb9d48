// One mapping of the document, read key by key. Each reading method returns nil for an absent key as well as for a
// faulty one, and has noted the fault by then: a reader goes on and finds the next.

import SessionCore
import Yams

/// A mapping with known keys.
struct ConfigurationSection {
    let path: String
    let findings: ConfigurationFindings
    private let entries: [String: Node]

    /// Takes a node that has to be a mapping; keys beyond `keys` are noted.
    init?(_ node: Node, path: String, keys: [String], findings: ConfigurationFindings) {
        self.path = path
        self.findings = findings
        findings.place(path, line: node.mark?.line ?? 0)
        guard case .mapping(let mapping) = node else {
            findings.fail(
                path,
                "is \(Self.kind(of: node)), not a mapping",
                remedy: "Write its keys below it, indented: \(keys.joined(separator: ", "))."
            )
            return nil
        }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                findings.fail(path, "has a key that is no text", remedy: "Write keys as plain words.")
                continue
            }
            let keyPath = Self.join(path, name)
            findings.place(keyPath, line: key.mark?.line ?? 0)
            guard keys.contains(name) else {
                findings.fail(keyPath, "is not a known key", remedy: Self.suggestion(for: name, among: keys))
                continue
            }
            entries[name] = value
        }
        self.entries = entries
    }

    /// The full path of a key of this mapping.
    func path(_ key: String) -> String { Self.join(path, key) }

    func has(_ key: String) -> Bool { entries[key] != nil }

    // MARK: Shapes

    /// Reads a mapping below `key`.
    func section(_ key: String, keys: [String]) -> ConfigurationSection? {
        guard let node = value(key) else { return nil }
        return ConfigurationSection(node, path: path(key), keys: keys, findings: findings)
    }

    /// Reads a list of mappings below `key`; faulty ones are left out, and an empty list is a fault if it has a `remedy`.
    func sections(_ key: String, keys: [String], ifEmpty remedy: String? = nil) -> [ConfigurationSection]? {
        guard let items = items(key) else { return nil }
        if items.isEmpty, let remedy { findings.fail(path(key), "is an empty list", remedy: remedy) }
        return items.compactMap { ConfigurationSection($0.node, path: $0.path, keys: keys, findings: findings) }
    }

    /// Reads a list of texts below `key`; faulty ones are left out.
    func texts(_ key: String) -> [(path: String, text: String)]? {
        items(key)?.compactMap { item in text(of: item.node, at: item.path).map { (item.path, $0) } }
    }

    /// Reads a mapping of texts below `key` whose keys are the operator's own, in the order of the file.
    func pairs(_ key: String) -> [(path: String, name: String, text: String)]? {
        guard let node = value(key) else { return nil }
        guard case .mapping(let mapping) = node else {
            findings.fail(path(key), "is \(Self.kind(of: node)), not a mapping", remedy: "Write NAME: VALUE below it.")
            return nil
        }
        return mapping.compactMap { name, value in
            guard let name = name.scalar?.string else {
                findings.fail(path(key), "has a key that is no text", remedy: "Write keys as plain words.")
                return nil
            }
            let namePath = Self.join(path(key), name)
            findings.place(namePath, line: value.mark?.line ?? 0)
            return text(of: value, at: namePath).map { (namePath, name, $0) }
        }
    }

    // MARK: Values

    /// Reads a text; an empty one is a fault.
    func text(_ key: String) -> String? {
        guard let node = value(key) else { return nil }
        return text(of: node, at: path(key))
    }

    /// Reads a text that has to be there.
    func requiredText(_ key: String, remedy: String) -> String? {
        guard has(key) else {
            findings.fail(path, "lacks '\(key)'", remedy: remedy)
            return nil
        }
        return text(key)
    }

    /// Reads a whole number within bounds.
    func integer(_ key: String, in bounds: ClosedRange<Int>) -> Int? {
        guard let text = text(key) else { return nil }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let number = Int(text), bounds.contains(number) else {
            findings.fail(
                path(key),
                "is \(written(key))",
                remedy: "Write a whole number from \(bounds.lowerBound) to \(bounds.upperBound)."
            )
            return nil
        }
        return number
    }

    /// Reads a size within bounds.
    func bytes(_ key: String, in bounds: ClosedRange<Int>) -> Int? {
        guard let text = text(key) else { return nil }
        guard let count = QuantityText.bytes(text) else {
            findings.fail(
                path(key),
                "is \(written(key)), which is no size",
                remedy: "Write bytes as 16KiB, 32MiB or 1000."
            )
            return nil
        }
        guard bounds.contains(count) else {
            findings.fail(
                path(key),
                "is \(count) bytes",
                remedy: "Choose a size from \(bounds.lowerBound) to \(bounds.upperBound) bytes."
            )
            return nil
        }
        return count
    }

    /// Reads a time within bounds.
    func duration(_ key: String, in bounds: ClosedRange<Duration>) -> Duration? {
        guard let text = text(key) else { return nil }
        guard let duration = QuantityText.duration(text) else {
            findings.fail(
                path(key),
                "is \(written(key)), which is no duration",
                remedy: "Write a time as 500ms, 5s, 2m or 1h."
            )
            return nil
        }
        guard bounds.contains(duration) else {
            findings.fail(
                path(key),
                "is \(written(key))",
                remedy: "Choose a time from \(bounds.lowerBound) to \(bounds.upperBound)."
            )
            return nil
        }
        return duration
    }

    /// Reads one of the words a type knows.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _: Choice.Type) -> Choice? {
        guard let text = text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            findings.fail(path(key), "is \(written(key))", remedy: "Choose one of: \(words).")
            return nil
        }
        return choice
    }

    /// Returns the value of a key as the file has it, for a message: what the environment put in stays out of sight.
    func written(_ key: String) -> String {
        RelayError.quoted(entries[key]?.scalar?.string ?? "")
    }

    // MARK: Nodes

    /// A key without a value is a fault: what was commented out below it may have been meant to restrict something.
    private func value(_ key: String) -> Node? {
        guard let node = entries[key] else { return nil }
        guard !Self.isNull(node) else {
            findings.fail(path(key), "has no value", remedy: "Give it one, or remove the key.")
            return nil
        }
        return node
    }

    private func items(_ key: String) -> [(path: String, node: Node)]? {
        guard let node = value(key) else { return nil }
        guard case .sequence(let sequence) = node else {
            findings.fail(
                path(key),
                "is \(Self.kind(of: node)), not a list",
                remedy: "Write '- ' before each entry, or [a, b]."
            )
            return nil
        }
        return sequence.enumerated().map { index, item in
            let itemPath = "\(path(key))[\(index)]"
            findings.place(itemPath, line: item.mark?.line ?? 0)
            return (itemPath, item)
        }
    }

    private func text(of node: Node, at path: String) -> String? {
        guard case .scalar(let scalar) = node, !Self.isNull(node) else {
            findings.fail(path, "is \(Self.kind(of: node)), not a value", remedy: "Write one value.")
            return nil
        }
        do throws(EnvironmentText.Problem) {
            let text = try EnvironmentText.expand(scalar.string, environment: findings.environment)
            guard !text.isEmpty else {
                findings.fail(path, "is empty", remedy: "Give it a value, or remove the key.")
                return nil
            }
            return text
        } catch {
            switch error {
            case .unset(let name):
                findings.fail(
                    path,
                    "names the environment variable \(name), which is not set",
                    remedy: "Set it, or remove the key."
                )
            case .malformed:
                findings.fail(
                    path,
                    "has '${' that names no variable",
                    remedy: "Write ${NAME}, or $${ for the characters."
                )
            }
            return nil
        }
    }

    static func isNull(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func kind(of node: Node) -> String {
        switch node {
        case .scalar: isNull(node) ? "empty" : "a single value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    private static func suggestion(for name: String, among keys: [String]) -> String {
        let folded = name.lowercased().filter(\.isLetter)
        if let near = keys.first(where: { $0.filter(\.isLetter) == folded }) { return "Did you mean '\(near)'?" }
        return "Known here: \(keys.joined(separator: ", "))."
    }
}
