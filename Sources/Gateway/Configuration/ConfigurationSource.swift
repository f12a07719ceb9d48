// Which configuration a command runs with: `--config`, else LONGWIRE_CONFIG, else ./longwire.yaml, else the built-in one.

import Foundation

/// Where a configuration comes from.
package enum ConfigurationSource: Sendable, Equatable {
    package static let variable = "LONGWIRE_CONFIG"
    package static let standardFile = "longwire.yaml"

    case file(String)
    case builtin

    /// Chooses by the order above; a file that was named but is not there is still the choice, and reading it fails.
    package static func choose(
        option: String?,
        environment: [String: String],
        directory: String = "."
    ) -> Self {
        if let option { return .file(option) }
        if let named = environment[variable], !named.isEmpty { return .file(named) }
        let standard = directory == "." ? standardFile : "\(directory)/\(standardFile)"
        return FileManager.default.fileExists(atPath: standard) ? .file(standard) : .builtin
    }

    /// Reads what was chosen.
    package func load(environment: [String: String]) throws(ConfigurationErrors) -> Configuration {
        switch self {
        case .file(let file): try ConfigurationReader.read(file: file, environment: environment)
        case .builtin: Configuration.builtin(environment: environment)
        }
    }
}
