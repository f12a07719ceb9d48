// Requests and answers of the HTTP measurements (protocol: http §1.3, §1.4, §2.3, §2.4).

import BenchCore
import Foundation
import Testing

@Suite struct ChatTextTests {
    private func text(_ mode: ChatWorkload.Mode, _ dialect: ChatWorkload.UpstreamDialect = .openai) -> ChatText {
        ChatText(ChatWorkload(mode: mode, dialect: dialect, chunks: 3))
    }

    @Test func aRequestTellsItsLengthAndItsClient() throws {
        let request = self.text(.whole).request(host: "127.0.0.1:1", headers: ["Authorization: Bearer k"], client: 0xAB)
        let head = try #require(UpgradeText.headLength(in: request))
        let fields = String(decoding: request[..<head], as: UTF8.self)
        #expect(fields.contains("Content-Length: \(request.count - head)\r\n"))
        #expect(fields.contains("Authorization: Bearer k\r\n"))
        #expect(ChatText.client(in: request) == 0xAB)
        #expect(ChatText.client(in: Array(request[..<head])) == nil)
        #expect(try JSONSerialization.jsonObject(with: Data(request[head...])) is [String: Any])
    }

    @Test(arguments: ChatWorkload.UpstreamDialect.allCases)
    func wholeAnswersAreJSONWithOnePiece(_ dialect: ChatWorkload.UpstreamDialect) throws {
        let body = self.text(.whole, dialect).wholeBody
        #expect(try JSONSerialization.jsonObject(with: Data(body)) is [String: Any])
        var check = AnswerCheck(expected: nil)
        let isRight = check.take(body.span)
        #expect(isRight)
        #expect(check.isWhole(pieces: 1))
    }

    @Test(arguments: ChatWorkload.UpstreamDialect.allCases)
    func everyEventIsJSON(_ dialect: ChatWorkload.UpstreamDialect) throws {
        let text = self.text(.events, dialect)
        let stream = String(decoding: text.opening + text.piece + text.closing, as: UTF8.self)
        for line in stream.split(separator: "\n") where line.hasPrefix("data: ") && !line.hasSuffix("[DONE]") {
            #expect(try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8)) is [String: Any])
        }
    }

    @Test func onlyAnUntranslatedAnswerIsKnownToTheByte() {
        #expect(self.text(.whole).expectedBody == self.text(.whole).wholeBody)
        let text = self.text(.events)
        #expect(text.expectedBody == text.opening + text.piece + text.piece + text.piece + text.closing)
        #expect(self.text(.whole, .claude).expectedBody == nil)
    }
}
