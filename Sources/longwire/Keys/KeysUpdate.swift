// longwire keys update

import ArgumentParser
import Foundation
import SessionCore

extension Keys {
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes a key; what is not named stays.",
            discussion: """
                Sessions that run are held to the new limits at their next turn.

                Example: longwire keys update key_… --budget-usd 20 --rpm none --expires never
                """
        )

        @OptionGroup var config: ConfigurationOption
        @Argument(help: ArgumentHelp("The key's id, key_….", valueName: "ID"))
        var id: String
        @Option(name: .long, help: "Another name.")
        var name: String?
        @Option(name: .long, help: ArgumentHelp("How long it works from now, e.g. 30d, or 'never'.", valueName: "TIME"))
        var expires: String?
        @OptionGroup var bounds: BoundsOption
        @OptionGroup var addresses: AddressOption
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if let name { try Accounts.check(name: name) }
            if let expires, expires != KeyExpiry.never, KeyExpiry.seconds(expires) == nil {
                throw ValidationError("--expires '\(expires)' is neither a time such as 30d or 12h nor never.")
            }
            let isEmpty = self.name == nil && self.expires == nil && self.bounds.isEmpty && self.addresses.isEmpty
            guard !isEmpty else {
                throw ValidationError("Nothing to change. Name at least one option; --help lists them.")
            }
        }

        func run() async throws {
            let stores = try self.config.openStores()
            var record = try await stores.key(self.id)
            record.name = self.name ?? record.name
            record.addresses = self.addresses.blocks ?? record.addresses
            if let expires {
                record.expiresAt = KeyExpiry.seconds(expires).map { Date().addingTimeInterval($0) }
            }
            self.bounds.apply(to: &record)
            let wanted = record
            let updated = try await StoreComplaint.telling(.key) { try await stores.keys.update(wanted) }
            if self.json {
                Console.say(try Shown.json(KeyDescription(updated, now: Date())))
            } else {
                Console.say("updated \(updated.id) (\(updated.name))")
            }
        }
    }
}
