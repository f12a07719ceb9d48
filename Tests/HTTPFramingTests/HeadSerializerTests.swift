// RFC 9112 §3, §4.

import HTTPFraming
import Testing

@Suite struct HeadSerializerTests {
    @Test func writesARequestThatParsesBack() throws {
        let bytes = HeadSerializer.request(
            method: "POST",
            target: "/v1/x?a=b",
            fields: ["Host": "a", "Content-Length": "2"]
        )
        #expect(bytes == Array("POST /v1/x?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n".utf8))
        let head = try #require(requestOutcome(bytes).head)
        #expect(head.target == "/v1/x?a=b")
        #expect(head.body == .length(2))
    }

    @Test func writesAResponseThatParsesBack() throws {
        let bytes = HeadSerializer.response(status: 426, fields: ["Sec-WebSocket-Version": "13"])
        #expect(bytes == Array("HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n\r\n".utf8))
        #expect(try #require(responseOutcome(bytes).head).status == 426)
    }

    @Test("A status without a phrase keeps its blank, one of another length becomes 500")
    func writesUnusualStatuses() {
        #expect(HeadSerializer.response(status: 299, fields: [:]) == Array("HTTP/1.1 299 \r\n\r\n".utf8))
        #expect(HeadSerializer.response(status: 7, fields: [:]).starts(with: Array("HTTP/1.1 500 ".utf8)))
    }

    @Test("A18, A23: nothing in a method or target starts another line")
    func neutralisesWhatWouldBreakOut() throws {
        let bytes = HeadSerializer.request(
            method: "GET\r\nX: y",
            target: "/a b\r\nX: y#\u{E9}",
            fields: ["Host": "a", "Z": "1\r\nX: y"]
        )
        #expect(bytes == Array("GETXy /a%20b%0D%0AX:%20y%23%C3%A9 HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    }

    @Test func appendsBehindWhatIsThere() {
        var output: [UInt8] = [1]
        HeadSerializer.appendResponse(status: 200, fields: [:], to: &output)
        HeadSerializer.appendRequest(method: "GET", target: "/", fields: [:], to: &output)
        #expect(output == [1] + Array("HTTP/1.1 200 OK\r\n\r\nGET / HTTP/1.1\r\n\r\n".utf8))
    }
}
