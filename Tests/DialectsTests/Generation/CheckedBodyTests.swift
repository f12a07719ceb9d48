// Edits of a body; the checks are tested with the requests that use them.

import Testing

@testable import Dialects

@Suite struct CheckedBodyTests {
    @Test("Edits are applied in the order of their places, whatever the order they come in")
    func edits() throws {
        let body = try CheckedBody(Array(#"{"a":1,"b":2}"#.utf8), limits: JSONLimits())
        #expect(body.members.count == 2)
        let edits = [
            CheckedBody.Edit(range: body.members[1].value, text: Array("22".utf8)),
            CheckedBody.Edit(range: 1..<1, text: Array(#""z":0,"#.utf8)),
            CheckedBody.Edit(range: body.members[0].value, text: []),
        ]
        #expect(String(decoding: body.applying(edits), as: UTF8.self) == #"{"z":0,"a":,"b":22}"#)
        #expect(body.applying([]) == body.bytes)
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: ChatRequestViolation.invalidJSON(.notUTF8)) {
            try CheckedBody([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], limits: JSONLimits())
        }
    }
}
