// RFC 9110 §10.2.3, protocol: http §1.5.

import Foundation
import HTTPFraming
import Testing

@testable import Relay

@Suite("Retry-After")
struct RetryAfterTests {
    private static let now = Date(timeIntervalSince1970: 784_111_700)

    private func seconds(_ fields: [(String, String)]) -> Int? {
        RetryAfter.seconds(in: HeaderFields(fields), now: Self.now)
    }

    @Test("Seconds, a date, or milliseconds, which come first")
    func reads() {
        #expect(self.seconds([("retry-after", "60")]) == 60)
        #expect(self.seconds([("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]) == 77)
        #expect(self.seconds([("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]) == 0)
        #expect(self.seconds([("retry-after", "1"), ("retry-after-ms", "300")]) == 1)
        #expect(self.seconds([("retry-after", "60"), ("retry-after-ms", "2000")]) == 2)
    }

    @Test("Nonsense is nothing", arguments: ["", "-1", "1.5", "soon", "99999999999999999999"])
    func refuses(_ text: String) {
        #expect(self.seconds([("retry-after", text)]) == nil || text.isEmpty)
    }
}
