// The log's lines: one JSON object each, payloads verbatim while short.

import Dialects
import Testing

@testable import Simulator

@Suite("Upstream log")
struct UpstreamLogRecordTests {
    private func parse(_ record: UpstreamLogRecord) throws -> JSONValue {
        let line = record.line(unixTime: 5)
        #expect(line.last == 0x0A)
        #expect(line.count { $0 == 0x0A } == 1)
        return try JSONParser.parse(line)
    }

    @Test("A request's head is told in its order, repeated fields included")
    func tellsRequests() throws {
        let record = UpstreamLogRecord.request(
            connection: 3,
            method: "GET",
            target: "/v1/realtime?model=x",
            headers: [SimulatedHeader("Host", "a"), SimulatedHeader("X", "1\n"), SimulatedHeader("X", "2")]
        )
        let json = try self.parse(record)
        let expected: JSONValue = [
            "time": 5, "connection": 3, "record": "request", "method": "GET", "target": "/v1/realtime?model=x",
            "headers": [["Host", "a"], ["X", "1\n"], ["X", "2"]],
        ]
        #expect(json == expected)
    }

    @Test("Text is text, bytes that are none and binary messages are base64")
    func tellsPayloads() throws {
        let digest: [UInt8] = [1, 2, 3]
        let text = try self.parse(
            .message(connection: 1, .received, .text, bytes: Array("é\n".utf8), sha256: digest)
        )
        #expect(text["text"] == "é\n")
        #expect(text["length"] == 3)
        #expect(text["sha256"] == "AQID")
        #expect(text["direction"] == "received")
        #expect(text["opcode"] == "text")
        let broken = try self.parse(.body(connection: 1, bytes: [0xFF], sha256: digest))
        #expect(broken["base64"] == "/w==")
        let binary = try self.parse(.message(connection: 1, .sent, .binary, bytes: [0x41], sha256: digest))
        #expect(binary["base64"] == "QQ==")
        #expect(binary["text"] == nil)
    }

    @Test("Long payloads are told by length and digest")
    func shortens() throws {
        for (length, isVerbatim) in [(0, true), (65_536, true), (65_537, false)] {
            let bytes = [UInt8](repeating: 0x61, count: length)
            let json = try self.parse(.message(connection: 1, .sent, .text, bytes: bytes, sha256: []))
            #expect((json["text"] != nil) == isVerbatim)
            #expect(json["length"] == .integer(length))
        }
    }

    @Test("Ends and answers")
    func tellsEnds() throws {
        #expect(try self.parse(.closed(connection: 2, code: 1_000, reason: "OK"))["code"] == 1_000)
        #expect(try self.parse(.closed(connection: 2, code: nil, reason: ""))["code"] == .null)
        #expect(try self.parse(.answer(connection: .max, status: 101))["status"] == 101)
    }
}
