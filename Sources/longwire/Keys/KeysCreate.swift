// longwire keys create

import ArgumentParser
import Foundation
import SessionCore

extension Keys {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key and prints it, once.",
            discussion: """
                Example: longwire keys create --name phone-bot --models gpt-realtime,gpt-4o* --expires 30d \
                --allow-ip 10.0.0.0/8
                """
        )

        @OptionGroup var config: ConfigurationOption
        @Option(name: .long, help: "What the key is for.")
        var name: String
        @Option(name: .long, help: ArgumentHelp("Id or name of the account it belongs to.", valueName: "ACCOUNT"))
        var account = KeyRecord.defaultAccountID
        @Option(name: .long, help: ArgumentHelp("How long it works, e.g. 30d, 12h.", valueName: "TIME"))
        var expires: String?
        @OptionGroup var bounds: BoundsOption
        @OptionGroup var addresses: AddressOption
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            try Accounts.check(name: self.name)
            if let expires, KeyExpiry.seconds(expires) == nil {
                throw ValidationError("--expires '\(expires)' is not a time such as 30d, 12h or 90m.")
            }
        }

        func run() async throws {
            let stores = try self.config.openStores()
            let account = try await stores.account(self.account)
            let now = Date()
            let issued = try IssuedKey(name: self.name, now: now) { record in
                record.accountID = account.id
                record.addresses = self.addresses.blocks ?? []
                record.expiresAt = self.expires.flatMap(KeyExpiry.seconds).map { now.addingTimeInterval($0) }
                self.bounds.apply(to: &record)
            }
            try await StoreComplaint.telling(.key) { try await stores.keys.insert(issued.record) }
            try KeyPrinting.show(issued.record, issued.text, json: self.json)
        }
    }
}

extension BoundsOption {
    /// Puts what was said over what a key had.
    func apply(to record: inout KeyRecord) {
        var limits = UsageLimits(
            budgetMicroUSD: record.budgetMicroUSD,
            rpm: record.rpm,
            tpm: record.tpm,
            sessions: record.sessions
        )
        self.apply(to: &limits, &record.models)
        record.budgetMicroUSD = limits.budgetMicroUSD
        record.rpm = limits.rpm
        record.tpm = limits.tpm
        record.sessions = limits.sessions
    }
}
