// What a record says about its key, and that it survives being written down.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@Suite("Key record")
struct KeyRecordTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func record(_ change: (inout KeyRecord) -> Void = { _ in }) -> KeyRecord {
        var record = KeyRecord(
            id: "key_1",
            name: "n",
            digest: SHA256Digest(hashing: [1]),
            displayPrefix: "sk-lw-AAAA…",
            createdAt: now
        )
        change(&record)
        return record
    }

    @Test func expiryCountsFromItsVeryMoment() {
        let key = record { $0.expiresAt = now }
        #expect(!key.isExpired(at: now.addingTimeInterval(-0.001)))
        #expect(key.isExpired(at: now))
        #expect(!record().isExpired(at: .distantFuture))
    }

    @Test func revocationCountsFromItsVeryMoment() {
        let key = record { $0.revokedAt = now }
        #expect(!key.isRevoked(at: now.addingTimeInterval(-1)))
        #expect(key.isRevoked(at: now))
    }

    @Test func modelsAreExactOrBeginnings() {
        let key = record { $0.models = ["gpt-realtime", "claude-*"] }
        #expect(key.allows(model: "gpt-realtime"))
        #expect(!key.allows(model: "gpt-realtime-mini"))
        #expect(key.allows(model: "claude-3"))
        #expect(key.allows(model: "claude-"))
        #expect(!key.allows(model: "Claude-3"))
        #expect(!key.allows(model: ""))
        #expect(record().allows(model: "anything"))
    }

    @Test func noListOfAddressesMeansAnywhere() throws {
        #expect(record().allows(address: [1, 2, 3, 4]))
        let block = try #require(CIDRBlock("10.0.0.0/8"))
        let key = record { $0.addresses = [block] }
        #expect(key.allows(address: [10, 0, 0, 1]))
        #expect(!key.allows(address: [11, 0, 0, 1]))
        #expect(!key.allows(address: []))
    }

    @Test func survivesCoding() throws {
        let block = try #require(CIDRBlock("2001:db8::/32"))
        let full = record {
            $0.expiresAt = now.addingTimeInterval(60)
            $0.revokedAt = now.addingTimeInterval(61)
            $0.lastUsedAt = now.addingTimeInterval(62)
            $0.models = ["a", "b*"]
            $0.addresses = [block]
            $0.budgetMicroUSD = 5_000_000
            $0.rpm = 1
            $0.tpm = 2
            $0.sessions = 3
        }
        for key in [record(), full] {
            #expect(try JSONDecoder().decode(KeyRecord.self, from: JSONEncoder().encode(key)) == key)
        }
    }

    @Test func anIssuedKeyMatchesItsRecord() throws {
        let issued = try IssuedKey(name: "laptop", now: now) { $0.models = ["m"] }
        #expect(issued.record.digest == issued.text.digest)
        #expect(issued.record.displayPrefix == issued.text.displayPrefix)
        #expect(issued.record.id.hasPrefix("key_"))
        #expect(issued.record.models == ["m"])
        #expect(issued.record.accountID == "default")
        #expect(!"\(issued)".contains(issued.text.text))
    }
}
