// protocol/http §2.6: limit, after_id and before_id.

import Testing

@testable import Dialects

@Suite struct ClaudeModelPageTests {
    @Test("Limits are from 1 to 1000, and 20 unless told")
    func limits() throws {
        #expect(try ClaudeModelPage(limit: nil, afterID: nil, beforeID: nil).limit == 20)
        #expect(try ClaudeModelPage(limit: "1", afterID: nil, beforeID: nil).limit == 1)
        #expect(try ClaudeModelPage(limit: "1000", afterID: "a", beforeID: nil).afterID == "a")
        for limit in ["0", "1001", "-1", "", "x", "99999999999999999999"] {
            #expect { try ClaudeModelPage(limit: limit, afterID: nil, beforeID: nil) } throws: {
                ($0 as? ConversionRefusal)?.param == "limit"
            }
        }
        #expect(throws: ConversionRefusal.self) { try ClaudeModelPage(limit: nil, afterID: "a", beforeID: "b") }
    }

    @Test("Pages forwards and backwards")
    func ranges() throws {
        let ids = ["a", "b", "c", "d", "e"]
        func range(_ limit: String, after: String? = nil, before: String? = nil) throws -> (Range<Int>, Bool) {
            try ClaudeModelPage(limit: limit, afterID: after, beforeID: before).range(of: ids)
        }
        #expect(try range("2") == (0..<2, true))
        #expect(try range("2", after: "b") == (2..<4, true))
        #expect(try range("2", after: "d") == (4..<5, false))
        #expect(try range("2", after: "e") == (5..<5, false))
        #expect(try range("2", before: "d") == (1..<3, true))
        #expect(try range("9", before: "d") == (0..<3, false))
        #expect(try range("5") == (0..<5, false))
        #expect(throws: ConversionRefusal.self) { try range("5", after: "x") }
        #expect(throws: ConversionRefusal.self) { try range("5", before: "x") }
    }
}
