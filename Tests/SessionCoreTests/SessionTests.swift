// The state of one admitted piece of work.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@Suite("Session")
struct SessionTests {
    @Test func isAdmittedWithoutRoute() {
        let record = KeyRecord(
            id: "key_1",
            accountID: "team",
            name: "n",
            digest: SHA256Digest(hashing: [1]),
            displayPrefix: "p",
            createdAt: Date(timeIntervalSince1970: 0)
        )
        let session = Session(
            id: SessionID(0, 1),
            requestID: .made(0, 1),
            kind: .realtime,
            grant: Grant(holder: KeyHolder(record: record, account: .standard)),
            model: "m",
            startedAt: Date(timeIntervalSince1970: 1)
        )
        #expect(session.keyID == "key_1" && session.accountID == "team")
        #expect(session.route == nil && session.model == "m")
    }
}
