// `--config FILE`, the same for every command: else LONGWIRE_CONFIG, else ./longwire.yaml, else built-in defaults.

import ArgumentParser
import Foundation
import Gateway

/// Which configuration a command runs with.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file.",
            discussion: "Else LONGWIRE_CONFIG, else ./longwire.yaml, else built-in defaults.",
            valueName: "FILE"
        )
    )
    var file: String?

    /// Loads it; findings go to standard error and end the command with exit code 78.
    func load() throws -> Configuration {
        do {
            let configuration = try self.read()
            for warning in configuration.warnings {
                Console.complain("warning: \(warning)")
            }
            return configuration
        } catch {
            Console.complain("\(error)")
            throw ExitCode(Console.configurationExit)
        }
    }

    /// Reads it, and says nothing.
    func read() throws(ConfigurationErrors) -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        return try ConfigurationSource.choose(option: self.file, environment: environment)
            .load(environment: environment)
    }

    /// Opens the store that the configuration names.
    func openStores() throws -> Stores {
        try Stores(try self.load())
    }
}
