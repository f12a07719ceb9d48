// longwire check

import ArgumentParser
import Foundation
import Gateway

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validates a configuration file.",
        discussion: "Prints every finding with file, line, key, reason and remedy; exit code 78 if there is any."
    )

    @Argument(help: ArgumentHelp("The configuration file.", valueName: "FILE"))
    var file: String

    func run() throws {
        let configuration: Configuration
        do {
            configuration = try ConfigurationReader.read(
                file: self.file,
                environment: ProcessInfo.processInfo.environment
            )
        } catch {
            for finding in error.errors {
                Console.complain("\(finding)")
            }
            throw ExitCode(Console.configurationExit)
        }
        for warning in configuration.warnings {
            Console.say("warning: \(warning)")
        }
        let faults = RelayServer.faults(of: configuration)
        guard faults.isEmpty else {
            for fault in faults {
                Console.complain("\(self.file): \(fault)")
            }
            throw ExitCode(Console.configurationExit)
        }
        let listeners = configuration.listeners.map(\.description).joined(separator: ", ")
        Console.say(
            "\(self.file): fine: \(configuration.upstreams.count) upstreams, \(configuration.models.count) models, "
                + "listening on \(listeners)"
        )
    }
}
