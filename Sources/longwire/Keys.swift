// longwire keys create | list | revoke | rotate

import ArgumentParser
import Foundation
import Gateway
import SessionCore

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes, lists, revokes and rotates keys.",
        discussion: "A running relay sees every change within about a second.",
        subcommands: [Create.self, List.self, Revoke.self, Rotate.self]
    )

    /// Runs a command's work and tells a store's complaint as one line.
    static func telling<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as StoreError {
            Console.complain("\(error)")
            throw ExitCode(1)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all keys, without their secret parts.")

        @OptionGroup var config: ConfigurationOption
        @Flag(name: .long, help: "Print one JSON array.")
        var json = false

        func run() async throws {
            let store = try self.config.openStore()
            let records = try await Keys.telling { try await store.list() }
            if self.json {
                Console.say(try KeyPrinting.json(records.map { KeyDescription($0, now: Date()) }))
            } else {
                Console.say(KeyPrinting.table(records, now: Date()))
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a key for good.")

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The key's id, key_….", valueName: "ID"))
        var id: String

        func run() async throws {
            let store = try self.config.openStore()
            let record = try await Keys.telling { try await store.revoke(id: self.id, at: Date()) }
            Console.say("revoked \(record.id) (\(record.name))")
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a key a new secret; the old one stops working.",
            discussion: "Name, limits and history stay. The new key is shown once."
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The key's id, key_….", valueName: "ID"))
        var id: String
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let store = try self.config.openStore()
            let text = try KeyFormat.make()
            let record = try await Keys.telling {
                try await store.replaceDigest(
                    id: self.id,
                    digest: text.digest,
                    displayPrefix: text.displayPrefix,
                    formerUntil: nil
                )
            }
            try KeyPrinting.show(record, text, json: self.json)
        }
    }
}
