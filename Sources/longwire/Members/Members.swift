// longwire members create | list | disable | enable | password

import ArgumentParser
import Foundation
import OpenSSLTLS
import SessionCore

struct Members: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Makes, lists and changes those who may sign in to the console.",
        discussion: """
            An admin acts for all accounts, a member for the own account only. Passwords are asked for, or read from a \
            pipe; they are never given on the command line.

            Example: longwire members create --name ada --account research
                     printf %s "$PASSWORD" | longwire members create --name ops --role admin
            """,
        subcommands: [Create.self, List.self, Disable.self, Enable.self, SetPassword.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a member; asks for the password.")

        @OptionGroup var config: ConfigurationOption
        @Option(name: .long, help: "What is typed to sign in; unique.")
        var name: String
        @Option(name: .long, help: ArgumentHelp("Id or name of the account to act for.", valueName: "ACCOUNT"))
        var account = KeyRecord.defaultAccountID
        @Option(name: .long, help: ArgumentHelp("admin or member.", valueName: "ROLE"))
        var role = Member.Role.member.rawValue
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            try Accounts.check(name: self.name)
            guard Member.Role(rawValue: self.role) != nil else {
                throw ValidationError("--role '\(self.role)' is neither admin nor member.")
            }
        }

        func run() async throws {
            let stores = try self.config.openStores()
            let account = try await stores.account(self.account)
            let member = Member(
                id: try Identifier.member(),
                accountID: account.id,
                name: self.name,
                role: Member.Role(rawValue: self.role) ?? .member,
                passwordHash: try PasswordHash(of: try Password.read()).text,
                createdAt: Date()
            )
            try await StoreComplaint.telling(.member) { try await stores.accounts.insert(member) }
            try MemberPrinting.show(member, "created", json: self.json)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all members.")

        @OptionGroup var config: ConfigurationOption
        @Flag(name: .long, help: "Print one JSON array.")
        var json = false

        func run() async throws {
            let stores = try self.config.openStores()
            let members = try await StoreComplaint.telling(.member) { try await stores.accounts.members() }
            if self.json {
                Console.say(try Shown.json(members.map(MemberDescription.init)))
            } else {
                Console.say(MemberPrinting.table(members))
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Signs a member out everywhere and lets them in no more."
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The member's id or name.", valueName: "MEMBER"))
        var member: String

        func run() async throws {
            try await Members.change(self.member, "disabled", self.config) {
                $0.disabledAt = $0.disabledAt ?? Date()
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a disabled member sign in again.")

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The member's id or name.", valueName: "MEMBER"))
        var member: String

        func run() async throws {
            try await Members.change(self.member, "enabled", self.config) { $0.disabledAt = nil }
        }
    }

    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Gives a member another password and signs them out everywhere."
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The member's id or name.", valueName: "MEMBER"))
        var member: String

        func run() async throws {
            // Who does not exist is told so before anybody types.
            _ = try await self.config.openStores().member(self.member)
            let hash = try PasswordHash(of: try Password.read()).text
            try await Members.change(self.member, "changed the password of", self.config) { $0.passwordHash = hash }
        }
    }

    /// Changes a member, whose sign-ins then count no more.
    private static func change(
        _ name: String,
        _ words: String,
        _ config: ConfigurationOption,
        _ change: (inout Member) -> Void
    ) async throws {
        let stores = try config.openStores()
        var member = try await stores.member(name)
        change(&member)
        let wanted = member
        let updated = try await StoreComplaint.telling(.member) {
            let updated = try await stores.accounts.update(wanted)
            try await stores.accounts.deleteSignIns(memberID: updated.id)
            return updated
        }
        try MemberPrinting.show(updated, words, json: false)
    }
}
