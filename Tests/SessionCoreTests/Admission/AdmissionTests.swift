// Who may do what: each reason alone, and their order.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@Suite("Admission")
struct AdmissionTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func decide(_ change: (inout KeyRecord) -> Void, model: String? = "m") -> RelayError? {
        var record = KeyRecord(
            id: "key_1",
            name: "n",
            digest: SHA256Digest(hashing: [1]),
            displayPrefix: "p",
            createdAt: now
        )
        change(&record)
        switch Admission.decide(
            holder: KeyHolder(record: record, account: .standard),
            model: model,
            address: [192, 0, 2, 1],
            now: now
        ) {
        case .success: return nil
        case .failure(let error): return error
        }
    }

    @Test func nobodysKeyIsUnknown() {
        #expect(Admission.decide(holder: nil, model: nil, address: [], now: now) == .failure(.unknownKey()))
    }

    @Test func aPlainKeyIsGranted() throws {
        let record = KeyRecord(
            id: "key_1",
            accountID: "team",
            name: "n",
            digest: SHA256Digest(hashing: [1]),
            displayPrefix: "p",
            createdAt: now
        )
        let grant = try Admission.decide(
            holder: KeyHolder(record: record, account: .standard),
            model: "m",
            address: [192, 0, 2, 1],
            now: now
        ).get()
        #expect(grant.keyID == "key_1" && grant.accountID == "team" && grant.keyName == "n")
    }

    @Test func eachReasonRefuses() throws {
        let elsewhere = try #require(CIDRBlock("10.0.0.0/8"))
        #expect(decide { $0.revokedAt = now } == .revokedKey())
        #expect(decide { $0.expiresAt = now } == .expiredKey())
        #expect(decide { $0.addresses = [elsewhere] } == .addressNotAllowed())
        #expect(decide { $0.models = ["other"] } == .modelNotAllowed("m"))
        #expect(decide({ $0.models = ["other"] }, model: nil) == nil)
        #expect(decide { $0.expiresAt = now.addingTimeInterval(1) } == nil)
    }

    @Test func aDisabledAccountTakesItsKeysAlong() {
        let record = KeyRecord(
            id: "key_1",
            name: "n",
            digest: SHA256Digest(hashing: [1]),
            displayPrefix: "p",
            createdAt: now
        )
        var account = Account.standard
        account.disabledAt = now
        let refusal = Admission.decide(
            holder: KeyHolder(record: record, account: account),
            model: "m",
            address: [192, 0, 2, 1],
            now: now
        )
        #expect(refusal == .failure(.disabledAccount()))
        #expect(RelayError.disabledAccount().code == RelayError.revokedKey().code)
    }

    @Test func reasonsComeInOrder() throws {
        let elsewhere = try #require(CIDRBlock("10.0.0.0/8"))
        #expect(
            decide {
                $0.revokedAt = now
                $0.expiresAt = now
            } == .revokedKey()
        )
        #expect(
            decide {
                $0.expiresAt = now
                $0.addresses = [elsewhere]
            } == .expiredKey()
        )
        #expect(
            decide {
                $0.addresses = [elsewhere]
                $0.models = ["other"]
            } == .addressNotAllowed()
        )
    }
}
