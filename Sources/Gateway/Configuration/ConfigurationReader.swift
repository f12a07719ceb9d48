// From YAML to a `Configuration`: every section read, every finding collected, nothing half accepted.
//
// Sections that are absent keep the built-in values. The parts have files of their own.

import Foundation
import SessionCore
import Yams

/// Reads configurations.
package struct ConfigurationReader {
    /// A configuration is written by hand; beyond this size the file is another one.
    private static let maximumFileBytes = 1 << 20

    private static let keys = [
        "listen", "store", "admin_key", "upstreams", "models", "routing", "limits", "compression", "cache", "origins",
        "log",
    ]

    let findings: ConfigurationFindings
    /// Directory that relative paths start from.
    let directory: String

    /// Reads a file.
    package static func read(
        file: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> Configuration {
        let text: String
        do {
            text = try contents(of: file)
        } catch {
            throw ConfigurationErrors([error])
        }
        return try read(text: text, file: file, environment: environment)
    }

    /// Reads a text; `file` names it in messages, and relative paths start from its directory.
    package static func read(
        text: String,
        file: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> Configuration {
        let reader = ConfigurationReader(
            findings: ConfigurationFindings(file: file, environment: environment),
            directory: URL(fileURLWithPath: file).deletingLastPathComponent().path
        )
        let configuration = reader.configuration(from: text)
        guard reader.findings.errors.isEmpty, var configuration else {
            throw ConfigurationErrors(reader.findings.errors)
        }
        configuration.warnings = reader.findings.warnings
        return configuration
    }

    private static func contents(of file: String) throws(ConfigurationError) -> String {
        func fault(_ reason: String, _ remedy: String) -> ConfigurationError {
            ConfigurationError(file: file, line: 0, keyPath: "", reason: reason, remedy: remedy)
        }
        if let reason = ReadableFile.fault(of: file) {
            throw fault("the configuration \(reason)", "Check the path given by --config or LONGWIRE_CONFIG.")
        }
        guard let data = ReadableFile.contents(of: file, limit: maximumFileBytes) else {
            throw fault(
                "the file has more than \(maximumFileBytes) bytes, or could not be read",
                "Check that it is the configuration, and its permissions."
            )
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw fault("the file is not UTF-8", "Save it as UTF-8.")
        }
        return text
    }

    private func configuration(from text: String) -> Configuration? {
        guard let root = document(text) else { return nil }
        guard let root = root.node, !ConfigurationSection.isNull(root) else {
            var configuration = Configuration.builtin(
                environment: findings.environment,
                directory: directory,
                file: findings.file
            )
            configuration.isBlank = true
            return configuration
        }
        guard let section = ConfigurationSection(root, path: "", keys: Self.keys, findings: findings) else {
            return nil
        }
        var configuration = Configuration.builtin(
            environment: findings.environment,
            directory: directory,
            file: findings.file
        )
        if let listeners = listeners(in: section) { configuration.listeners = listeners }
        if let store = store(in: section) { configuration.store = store }
        configuration.adminKey = adminKey(in: section)
        var reading: UpstreamReading? = UpstreamReading(
            names: configuration.upstreams.map(\.name),
            upstreams: configuration.upstreams
        )
        if section.has("upstreams") {
            reading = upstreams(in: section)
            configuration.upstreams = reading?.upstreams ?? []
            configuration.models = []
        }
        if let models = models(in: section, upstreams: reading) { configuration.models = models }
        if let routing = routing(in: section) { configuration.routing = routing }
        if let limits = limits(in: section) { configuration.limits = limits }
        if let compression = compression(in: section) { configuration.compression = compression }
        configuration.cache = cache(in: section)
        if let log = log(in: section) { configuration.log = log }
        configuration.origins = origins(in: section)
        checkReach(of: configuration)
        return configuration
    }

    /// Notes a configuration under which every request ends in 404; earlier faults may be the reason and come first.
    private func checkReach(of configuration: Configuration) {
        guard findings.errors.isEmpty, configuration.models.isEmpty else { return }
        guard configuration.upstreams.allSatisfy(\.models.isEmpty) else { return }
        findings.fail(
            "models",
            "lists no model and no upstream declares any, so nothing can be asked for",
            remedy: "List models, or write models: [\"*\"] at an upstream."
        )
    }

    /// Composes the text; nil when it is not YAML, a nil node when there is nothing in it.
    private func document(_ text: String) -> (node: Node?, Void)? {
        do {
            return (try Yams.compose(yaml: text), ())
        } catch let error as YamlError {
            let (line, reason) = Self.explain(error)
            findings.place("", line: line)
            findings.fail("", reason, remedy: "Check indentation, quotes and colons around that line.")
        } catch {
            findings.fail("", "the file could not be read as YAML", remedy: "Check that it is the configuration.")
        }
        return nil
    }

    private static func explain(_ error: YamlError) -> (line: Int, reason: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark.line, "the key \(duplicates.joined(separator: ", ")) stands twice in one mapping")
        case .reader(let problem, _, _, _):
            (0, "not valid YAML: \(problem)")
        default:
            (0, "not valid YAML")
        }
    }
}
