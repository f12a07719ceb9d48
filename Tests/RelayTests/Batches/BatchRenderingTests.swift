// Lines of result files, and what a request for a batch may say.

import Dialects
import SessionCore
import Testing

@testable import Relay

@Suite("Batch rendering")
struct BatchRenderingTests {
    private let line = BatchLine(id: BatchLineID(batchID: "batch_1", number: 7), customID: "my \"id\"", body: [])

    private func json(_ bytes: [UInt8]) throws -> JSONValue {
        #expect(bytes.last == 0x0A && bytes.filter { $0 == 0x0A }.count == 1)
        return try JSONParser.parse(Array(bytes.dropLast()))
    }

    @Test func anAnswerStandsAsItCame() throws {
        let bytes = BatchRendering.line(self.line, status: 200, body: Array("{\r\n \"n\": 1.0\n}".utf8))
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"n\": 1.0"))
        let json = try self.json(bytes)
        #expect(json["id"] == "batch_req_1_7" && json["custom_id"] == "my \"id\"" && json["error"] == .null)
        #expect(json["response"]?["status_code"] == 200 && json["response"]?["request_id"] == "batch_req_1_7")
    }

    @Test func whatIsNoJSONIsAText() throws {
        let json = try self.json(BatchRendering.line(self.line, status: 502, body: Array("<html>\n".utf8)))
        #expect(json["response"]?["body"] == "<html>\n")
    }

    @Test func anErrorHasNoResponse() throws {
        let json = try self.json(BatchRendering.line(self.line, code: "batch_expired", message: "too late"))
        #expect(json["response"] == .null)
        #expect(json["error"] == ["code": "batch_expired", "message": "too late"])
    }

    @Test func requests() throws {
        let whole = #"{"input_file_id":"f","endpoint":"/v1/embeddings","completion_window":"24h","metadata":{"a":"b"}}"#
        let request = try BatchRequest(Array(whole.utf8))
        #expect(request.inputFileID == "f" && request.endpoint == "/v1/embeddings" && request.metadata == ["a": "b"])
        for (text, param) in [
            (whole.replacing("24h", with: "1h"), "completion_window"),
            (whole.replacing("/v1/e", with: "/v2/e"), "endpoint"),
            (whole.replacing("\"f\"", with: "7"), "input_file_id"), (whole.replacing("\"b\"", with: "1"), "metadata"),
            (whole.replacing("input_file_id", with: "file"), "input_file_id"),
        ] {
            #expect {
                try BatchRequest(Array(text.utf8))
            } throws: { ($0 as? RelayError)?.param == param }
        }
        #expect(throws: RelayError.self) { try BatchRequest(Array("[]".utf8)) }
        #expect(throws: RelayError.self) { try BatchRequest(Array("{".utf8)) }
    }
}
