// What a handler reads from a call.

import Foundation
import SessionCore
import Testing

@testable import Console

@Suite struct APICallTests {
    private func call(_ query: [String: JSON]) throws -> APICall {
        APICall(
            shared: try ConsoleStage().shared,
            caller: .adminKey,
            visitor: ConsoleStage.visitor([]),
            query: query,
            requestID: .make(),
            now: Date(timeIntervalSince1970: 1_000_000)
        )
    }

    @Test("a moment is a time, or so long ago")
    func moments() throws {
        let call = try self.call(["since": "1970-01-02T00:00:00Z", "until": "10s"])
        #expect(call.moment("since") == Date(timeIntervalSince1970: 86_400))
        #expect(call.moment("until") == Date(timeIntervalSince1970: 999_990))
        #expect(call.moment("other") == nil)
    }

    @Test("a page has a usual size")
    func pageSizes() throws {
        #expect(try self.call([:]).pageSize == 100)
        #expect(try self.call(["limit": 7]).pageSize == 7)
    }
}
