// Failures name what failed and why.

import Glibc
import Journal
import Testing

@Suite("Journal error")
struct JournalErrorTests {
    @Test func namesTheCallAndTheReason() {
        let error = JournalError.system(path: "/a/ledger.0", call: "write", code: ENOSPC)
        #expect(error.description == "write failed: No space left on device")
        #expect(error.path == "/a/ledger.0")
    }
}
