// What a store refuses, told in the words of the command that was given.

import ArgumentParser
import SessionCore

/// Tells people what went wrong and ends the command.
enum StoreComplaint {
    /// What a command was about.
    enum Noun: String {
        case account
        case member
        case key

        /// The command that shows all of them.
        var list: String { "longwire \(self.rawValue)s list" }
    }

    /// Runs a command's work and tells a store's complaint as one line; exit code 1.
    static func telling<Value>(_ noun: Noun, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as StoreError {
            Console.complain(self.text(error, noun))
            throw ExitCode.failure
        }
    }

    /// There is none of this id or name.
    static func missing(_ noun: Noun, _ name: String) -> ExitCode {
        Console.complain(
            "There is no \(noun.rawValue) \(RelayError.quoted(name)). '\(noun.list)' shows those that exist."
        )
        return ExitCode.failure
    }

    private static func text(_ error: StoreError, _ noun: Noun) -> String {
        switch (error, noun) {
        case (.duplicate, .account), (.duplicate, .member):
            "There is \(noun == .account ? "an account" : "a member") of this name already. Choose another."
        case (.notFound(let id), _) where noun != .key || id.hasPrefix("acct_"):
            "There is no \(RelayError.quoted(id)). '\(noun.list)' shows those that exist."
        default:
            "\(error)"
        }
    }
}
