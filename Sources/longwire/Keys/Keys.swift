// longwire keys create | list | update | rotate | revoke | delete

import ArgumentParser
import Foundation
import SessionCore

struct Keys: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Makes, lists, changes, rotates, revokes and deletes keys.",
        discussion: """
            A key is shown once, when it is made, and stored as a hash. A running relay sees every change within about \
            a second; sessions of a key that was revoked end between turns.

            Example: longwire keys create --name phone-bot --budget-usd 5 --rpm 60
                     longwire keys rotate key_… --overlap 24h
            """,
        subcommands: [Create.self, List.self, Update.self, Rotate.self, Revoke.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists keys, without their secret parts.")

        @OptionGroup var config: ConfigurationOption
        @Option(name: .long, help: ArgumentHelp("Only those of this account, by id or name.", valueName: "ACCOUNT"))
        var account: String?
        @Flag(name: .long, help: "Print one JSON array.")
        var json = false

        func run() async throws {
            let stores = try self.config.openStores()
            var records = try await StoreComplaint.telling(.key) { try await stores.keys.list() }
            if let account {
                let id = try await stores.account(account).id
                records = records.filter { $0.accountID == id }
            }
            if self.json {
                Console.say(try Shown.json(records.map { KeyDescription($0, now: Date()) }))
            } else {
                Console.say(KeyPrinting.table(records, now: Date()))
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a key for good; its name and spend stay.")

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The key's id, key_….", valueName: "ID"))
        var id: String

        func run() async throws {
            let stores = try self.config.openStores()
            let record = try await StoreComplaint.telling(.key) {
                try await stores.keys.revoke(id: self.id, at: Date())
            }
            Console.say("revoked \(record.id) (\(record.name))")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets a key; what it spent stays in the ledger.",
            discussion: "A key that is only to stop working is better revoked: its name stays readable in reports."
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The key's id, key_….", valueName: "ID"))
        var id: String

        func run() async throws {
            let stores = try self.config.openStores()
            try await StoreComplaint.telling(.key) { try await stores.keys.delete(id: self.id) }
            Console.say("deleted \(self.id)")
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a key a new secret.",
            discussion: """
                Name, limits and history stay. The new key is shown once. The old one stops working, at once or, with \
                --overlap, after that time: long enough to bring the new one to all who use it.

                Example: longwire keys rotate key_… --overlap 24h
                """
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The key's id, key_….", valueName: "ID"))
        var id: String
        @Option(name: .long, help: ArgumentHelp("How long the old one works on, e.g. 24h, 30m.", valueName: "TIME"))
        var overlap: String?
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if let overlap, KeyExpiry.seconds(overlap) == nil {
                throw ValidationError("--overlap '\(overlap)' is not a time such as 24h, 7d or 30m.")
            }
        }

        func run() async throws {
            let stores = try self.config.openStores()
            let text = try KeyFormat.make()
            let until = self.overlap.flatMap(KeyExpiry.seconds).map { Date().addingTimeInterval($0) }
            let record = try await StoreComplaint.telling(.key) {
                try await stores.keys.replaceDigest(
                    id: self.id,
                    digest: text.digest,
                    displayPrefix: text.displayPrefix,
                    formerUntil: until
                )
            }
            try KeyPrinting.show(record, text, json: self.json)
        }
    }
}
