// Holders, models and demands for the tests of the limits.

import Foundation
import OpenSSLTLS
import SessionCore

enum LimitStage {
    static let second: Int64 = 1_000_000_000

    static func holder(
        _ id: String = "key_1",
        of account: Account = account(),
        _ describe: (inout KeyRecord) -> Void = { _ in }
    ) -> KeyHolder {
        var record = KeyRecord(
            id: id,
            accountID: account.id,
            name: id,
            digest: SHA256Digest(hashing: Array(id.utf8)),
            displayPrefix: "p",
            createdAt: Date(timeIntervalSince1970: 0)
        )
        describe(&record)
        return KeyHolder(record: record, account: account)
    }

    static func account(_ limits: UsageLimits = UsageLimits()) -> Account {
        Account(id: "acct_1", name: "team", createdAt: Date(timeIntervalSince1970: 0), limits: limits)
    }

    static func model(_ id: String = "m", rpm: Int? = nil, tpm: Int? = nil) -> Model {
        Model(id: id, routes: [], limits: Model.Limits(rpm: rpm, tpm: tpm))
    }

    static func demand(
        _ holder: KeyHolder,
        _ kind: Demand.Kind = .exchange,
        model: Model? = model(),
        tokens: Int = 0,
        cost: Int64 = 0
    ) -> Demand {
        Demand(kind: kind, holder: holder, model: model, tokens: tokens, costMicroUSD: cost)
    }

    /// Runs a block so many times on eight threads.
    static func race(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 8
        for number in 0..<count {
            queue.addOperation { body(number) }
        }
        queue.waitUntilAllOperationsAreFinished()
    }
}
