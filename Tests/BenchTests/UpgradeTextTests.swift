// The opening handshake: RFC 6455 §1.3 has the example of key and answer.

import BenchCore
import Testing

@Suite struct UpgradeTextTests {
    private let example = """
        GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r
        SEC-WEBSOCKET-KEY:  dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
        """

    @Test func theAnswerToTheExampleIsTheOneOfTheRFC() throws {
        let answer = String(decoding: try #require(UpgradeText.answer(to: self.example)), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 101 "))
        #expect(answer.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func ourRequestIsAcceptedByOurAnswerOnly() throws {
        let request = UpgradeText.request(path: "/x?y=1", host: "127.0.0.1:1", headers: ["Authorization: Bearer k"])
        let text = String(decoding: request, as: UTF8.self)
        #expect(text.hasPrefix("GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"))
        #expect(text.contains("\r\nAuthorization: Bearer k\r\n"))
        let answer = try #require(UpgradeText.answer(to: text))
        #expect(UpgradeText.accepts(String(decoding: answer, as: UTF8.self)))
        let foreign = try #require(UpgradeText.answer(to: self.example))
        #expect(!UpgradeText.accepts(String(decoding: foreign, as: UTF8.self)))
        #expect(!UpgradeText.accepts("HTTP/1.1 401 Unauthorized\r\n\r\n"))
    }

    @Test func aRequestWithoutAKeyHasNoAnswer() {
        #expect(UpgradeText.answer(to: "GET / HTTP/1.1\r\n\r\n") == nil)
        #expect(UpgradeText.answer(to: "GET / HTTP/1.1\r\nSec-WebSocket-Key: short\r\n\r\n") == nil)
    }

    @Test func aHeadEndsAtItsEmptyLine() {
        let head = Array("HTTP/1.1 101 x\r\nA: b\r\n\r\n".utf8)
        for cut in 0..<head.count { #expect(UpgradeText.headLength(in: Array(head[..<cut])) == nil) }
        #expect(UpgradeText.headLength(in: head) == head.count)
        #expect(UpgradeText.headLength(in: head + [0x81, 0x00]) == head.count)
    }
}
