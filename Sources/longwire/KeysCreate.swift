// longwire keys create

import ArgumentParser
import Foundation
import Gateway
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
        @Option(name: .long, help: ArgumentHelp("The account it belongs to.", valueName: "A"))
        var account = KeyRecord.defaultAccountID
        @Option(
            name: .long,
            help: ArgumentHelp("Models it may use, comma-separated; 'gpt-*' for a family.", valueName: "a,b")
        )
        var models: String?
        @Option(name: .long, help: ArgumentHelp("How long it works, e.g. 30d, 12h.", valueName: "TIME"))
        var expires: String?
        @Option(name: .customLong("budget-usd"), help: ArgumentHelp("What it may spend in all.", valueName: "USD"))
        var budgetUSD: String?
        @Option(name: .long, help: ArgumentHelp("Requests a minute.", valueName: "N"))
        var rpm: Int?
        @Option(name: .long, help: ArgumentHelp("Tokens a minute.", valueName: "N"))
        var tpm: Int?
        @Option(name: .long, help: ArgumentHelp("Realtime sessions at the same time.", valueName: "N"))
        var sessions: Int?
        @Option(
            name: .customLong("allow-ip"),
            help: ArgumentHelp("Addresses it may be used from, comma-separated.", valueName: "CIDR,…")
        )
        var allowIP: String?
        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if self.name.isEmpty || self.name.utf8.count > 200 {
                throw ValidationError("--name must have 1 to 200 bytes.")
            }
            if let expires, KeyExpiry.seconds(expires) == nil {
                throw ValidationError("--expires '\(expires)' is not a time such as 30d, 12h or 90m.")
            }
            if let budgetUSD, QuantityText.microUSD(budgetUSD) == nil {
                throw ValidationError("--budget-usd '\(budgetUSD)' is not an amount such as 5 or 0.25.")
            }
            // An empty list would mean "all": whoever wrote one, perhaps by an unset variable, meant the opposite.
            for (option, text) in [("--models", self.models), ("--allow-ip", self.allowIP)] {
                if let text, Self.list(text).isEmpty {
                    throw ValidationError("\(option) is empty. Name at least one, or leave the option out for all.")
                }
            }
            for (option, value) in [("--rpm", self.rpm), ("--tpm", self.tpm), ("--sessions", self.sessions)] {
                if let value, value < 1 {
                    throw ValidationError("\(option) must be at least 1.")
                }
            }
            for text in Self.list(self.allowIP) where CIDRBlock(text) == nil {
                throw ValidationError("--allow-ip '\(text)' is not an address or a block such as 10.0.0.0/8.")
            }
        }

        func run() async throws {
            let store = try self.config.openStore()
            let now = Date()
            let issued = try IssuedKey(name: self.name, now: now) { record in
                record.accountID = self.account
                record.models = Self.list(self.models)
                record.addresses = Self.list(self.allowIP).compactMap { CIDRBlock($0) }
                record.expiresAt = self.expires.flatMap(KeyExpiry.seconds).map { now.addingTimeInterval($0) }
                record.budgetMicroUSD = self.budgetUSD.flatMap(QuantityText.microUSD)
                record.rpm = self.rpm
                record.tpm = self.tpm
                record.sessions = self.sessions
            }
            try await Keys.telling { try await store.insert(issued.record) }
            try KeyPrinting.show(issued.record, issued.text, json: self.json)
        }

        private static func list(_ text: String?) -> [String] {
            (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
    }
}

/// `--expires`: a duration that also knows days.
enum KeyExpiry {
    private static let longest = 36_500.0 * 86_400

    /// Seconds from now; nil when the text is no time, or more than a hundred years.
    static func seconds(_ text: String) -> Double? {
        if text.hasSuffix("d"), let days = Int(text.dropLast()), days > 0 {
            let seconds = Double(days) * 86_400
            return seconds <= self.longest ? seconds : nil
        }
        guard let duration = QuantityText.duration(text), duration > .zero else { return nil }
        let seconds = Double(duration.components.seconds)
        return seconds <= self.longest ? max(seconds, 1) : nil
    }
}
