// RFC 9110 §5.1, §5.5: names are tokens, values hold no control characters.

import RTCatCore
import Testing

@Suite struct HeaderLineTests {
    @Test(arguments: [
        ("X-Team: blue", "X-Team", "blue"), ("A:b", "A", "b"), ("A: ", "A", ""), ("A: b:c ", "A", "b:c"),
        ("A:\t b \t", "A", "b"), ("A: ü", "A", "ü"),
    ])
    func splitsNameAndValue(_ text: String, _ name: String, _ value: String) throws {
        let line = try HeaderLine(text)
        #expect(line.name == name)
        #expect(line.value == value)
    }

    @Test(arguments: [
        ("nothing", HeaderLineError.noColon("nothing")), (": x", .badName("")), ("A B: x", .badName("A B")),
        ("A: x\r\nB: y", .badValue("A")), ("A: \u{0}", .badValue("A")), ("Host: evil", .reserved("Host")),
        ("sec-websocket-key: x", .reserved("sec-websocket-key")), ("Sec-WebSocket-Protocol: x", .useSubprotocol),
        ("Transfer-Encoding: chunked", .reserved("Transfer-Encoding")),
    ])
    func refusesWhatWouldBreakTheHandshake(_ text: String, _ error: HeaderLineError) {
        #expect(throws: error) { try HeaderLine(text) }
        #expect(!error.description.isEmpty)
    }
}
