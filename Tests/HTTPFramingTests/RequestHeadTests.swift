// RFC 9112 §3.

import HTTPFraming
import Testing

@Suite struct RequestHeadTests {
    @Test("A head made by hand is the one that its bytes parse to")
    func equalsWhatIsParsed() {
        let text = "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n"
        let head = RequestHead(method: .get, target: "/a?b", path: "/a", query: "b", fields: ["host": "h"])
        #expect(requestOutcome(text).head == head)
        #expect(requestOutcome(text).head != RequestHead(method: .get, target: "/a", path: "/a", fields: ["host": "h"]))
    }
}
