// longwire accounts create | list | update | disable | enable

import ArgumentParser
import Foundation
import SessionCore

struct Accounts: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Makes, lists and changes accounts: people or teams that own keys.",
        discussion: """
            An account's budget, limits and models bound all its keys together; a key may be bound further. 'default' \
            exists from the start and owns keys that name no other. A running relay sees every change within about a \
            second.

            Example: longwire accounts create --name research --budget-usd 50 --rpm 600
                     longwire keys create --name notebook --account research
            """,
        subcommands: [Create.self, List.self, Update.self, Disable.self, Enable.self]
    )

    /// A name that people can read back.
    static func check(name: String) throws {
        guard !name.isEmpty, name.utf8.count <= 200, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw ValidationError("--name must have 1 to 200 bytes, all on one line.")
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes an account.")

        @OptionGroup var config: ConfigurationOption
        @Option(name: .long, help: "Who it is for; unique.")
        var name: String
        @OptionGroup var bounds: BoundsOption
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws { try Accounts.check(name: self.name) }

        func run() async throws {
            let stores = try self.config.openStores()
            var account = Account(id: try Identifier.account(), name: self.name, createdAt: Date())
            self.bounds.apply(to: &account.limits, &account.models)
            let made = account
            try await StoreComplaint.telling(.account) { try await stores.accounts.insert(made) }
            try AccountPrinting.show(made, "created", json: self.json)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all accounts.")

        @OptionGroup var config: ConfigurationOption
        @Flag(name: .long, help: "Print one JSON array.")
        var json = false

        func run() async throws {
            let stores = try self.config.openStores()
            let accounts = try await StoreComplaint.telling(.account) { try await stores.accounts.accounts() }
            let now = Date()
            if self.json {
                Console.say(try Shown.json(accounts.map { AccountDescription($0, now: now) }))
            } else {
                Console.say(AccountPrinting.table(accounts, now: now))
            }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes an account; what is not named stays.",
            discussion: "Example: longwire accounts update research --budget-usd 100 --rpm none --models all"
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The account's id or name.", valueName: "ACCOUNT"))
        var account: String
        @Option(name: .long, help: "Another name.")
        var name: String?
        @OptionGroup var bounds: BoundsOption
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if let name { try Accounts.check(name: name) }
            guard self.name != nil || !self.bounds.isEmpty else {
                throw ValidationError("Nothing to change. Name at least one option; --help lists them.")
            }
        }

        func run() async throws {
            let stores = try self.config.openStores()
            var account = try await stores.account(self.account)
            account.name = self.name ?? account.name
            self.bounds.apply(to: &account.limits, &account.models)
            let wanted = account
            let updated = try await StoreComplaint.telling(.account) { try await stores.accounts.update(wanted) }
            try AccountPrinting.show(updated, "updated", json: self.json)
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses all keys and members of an account until it is enabled again.",
            discussion: "Sessions that run end between turns, within seconds."
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The account's id or name.", valueName: "ACCOUNT"))
        var account: String

        func run() async throws {
            try await Accounts.set(self.account, disabledAt: Date(), "disabled", self.config)
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a disabled account's keys and members in again."
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The account's id or name.", valueName: "ACCOUNT"))
        var account: String

        func run() async throws {
            try await Accounts.set(self.account, disabledAt: nil, "enabled", self.config)
        }
    }

    private static func set(
        _ name: String,
        disabledAt: Date?,
        _ word: String,
        _ config: ConfigurationOption
    ) async throws {
        let stores = try config.openStores()
        var account = try await stores.account(name)
        // Who was disabled before keeps the first date.
        account.disabledAt = disabledAt.map { account.disabledAt ?? $0 }
        let wanted = account
        let updated = try await StoreComplaint.telling(.account) { try await stores.accounts.update(wanted) }
        try AccountPrinting.show(updated, word, json: false)
    }
}
