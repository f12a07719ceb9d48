// RFC 9110 §15.2.

import HTTPFraming
import Testing

@Suite struct ResponseHeadTests {
    @Test(
        "Only 1xx but 101 are followed by another head",
        arguments: [
            (100, true), (103, true), (199, true), (101, false), (200, false), (204, false), (304, false), (599, false),
        ]
    )
    func knowsInterimResponses(status: Int, expected: Bool) {
        #expect(ResponseHead(status: status, fields: [:]).isInterim == expected)
    }

    @Test func equalsWhatIsParsed() {
        let head = ResponseHead(status: 204, reason: "No Content", fields: ["a": "b"])
        #expect(responseOutcome("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n").head == head)
    }
}
