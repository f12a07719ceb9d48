// longwire usage

import ArgumentParser
import Foundation
import Gateway
import SessionCore

struct Usage: AsyncParsableCommand {
    /// What sums may be told apart by.
    private static let groups = ["key", "account", "model", "upstream", "day", "hour"]

    static let configuration = CommandConfiguration(
        abstract: "Tells what was used and what it cost, from the ledger.",
        discussion: """
            Sums of the last 24 hours, unless --since says otherwise; days and hours are UTC. Rows reach the ledger's \
            file within about a second of the end of their turn.

            Example: longwire usage --since 7d --by model
                     longwire usage --key key_… --by day --json
            """
    )

    @OptionGroup var config: ConfigurationOption
    @Option(name: .long, help: ArgumentHelp("Only this key.", valueName: "ID"))
    var key: String?
    @Option(name: .long, help: ArgumentHelp("Only this model, as clients ask for it.", valueName: "MODEL"))
    var model: String?
    @Option(name: .long, help: ArgumentHelp("Only this account, by id or name.", valueName: "ACCOUNT"))
    var account: String?
    @Option(name: .long, help: ArgumentHelp("Only this upstream.", valueName: "NAME"))
    var upstream: String?
    @Option(
        name: .long,
        help: ArgumentHelp("How far back, e.g. 24h, 7d, or 'start' for everything.", valueName: "TIME")
    )
    var since = "24h"
    @Option(name: .long, help: ArgumentHelp("key, account, model, upstream, day or hour.", valueName: "GROUP"))
    var by: String?
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    private static let start = "start"

    func validate() throws {
        if let by, !Self.groups.contains(by) {
            throw ValidationError("--by '\(by)' is none of \(Self.groups.joined(separator: ", ")).")
        }
        guard self.since == Self.start || KeyExpiry.seconds(self.since) != nil else {
            throw ValidationError("--since '\(self.since)' is not a time such as 24h, 7d or 30m, nor start.")
        }
    }

    func run() async throws {
        let stores = try self.config.openStores()
        var filter = LedgerFilter()
        filter.keyID = self.key
        filter.model = self.model
        filter.upstream = self.upstream
        if let account { filter.accountID = try await stores.account(account).id }
        if let seconds = KeyExpiry.seconds(self.since) {
            filter.since = Int64((Date().timeIntervalSince1970 - seconds) * 1_000)
        }
        let (group, interval) = self.grouping
        let asked = filter
        let (total, sums) = try await StoreComplaint.telling(.key) {
            let total = try await stores.ledger.sums(asked, by: .none, interval: nil).first
            guard self.by != nil else { return (total, [LedgerSum]()) }
            return (total, try await stores.ledger.sums(asked, by: group, interval: interval))
        }
        let report = UsageReport(by: self.by, since: asked.since, total: total ?? LedgerSum(group: ""), groups: sums)
        Console.say(self.json ? try Shown.json(report) : report.table)
    }

    private var grouping: (LedgerGroup, LedgerInterval?) {
        switch self.by {
        case "day": (.none, .day)
        case "hour": (.none, .hour)
        case let name?: (LedgerGroup(rawValue: name) ?? .none, nil)
        case nil: (.none, nil)
        }
    }
}
