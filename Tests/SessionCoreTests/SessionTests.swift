// The state of one admitted piece of work.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@Suite("Session")
struct SessionTests {
    @Test func countsEachDirectionAndWholeMessages() {
        let record = KeyRecord(
            id: "key_1",
            accountID: "team",
            name: "n",
            digest: SHA256Digest(hashing: [1]),
            displayPrefix: "p",
            createdAt: Date(timeIntervalSince1970: 0)
        )
        var session = Session(
            id: "sess_1",
            requestID: "req_1",
            kind: .realtime,
            grant: Grant(record: record),
            model: "m",
            startedAt: Date(timeIntervalSince1970: 1)
        )
        session.fromClient.count(bytes: 10, endsMessage: false)
        session.fromClient.count(bytes: 5, endsMessage: true)
        session.fromUpstream.count(bytes: 0, endsMessage: true)
        #expect(session.fromClient.bytes == 15 && session.fromClient.messages == 1)
        #expect(session.fromUpstream.bytes == 0 && session.fromUpstream.messages == 1)
        #expect(session.keyID == "key_1" && session.accountID == "team")
        #expect(session.route == nil && session.reservations.isEmpty)
    }
}
