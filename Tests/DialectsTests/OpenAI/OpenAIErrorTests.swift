// protocol/http §1.5, protocol/realtime §9.

import Dialects
import Foundation
import Testing

@Suite struct OpenAIErrorTests {
    let plain = OpenAIError(message: "No.", type: "invalid_request_error", param: "model", code: "model_not_found")
    let hostile = OpenAIError(message: "a\"b\n\ndata: x\\", type: "api_error")

    @Test func rendersABody() {
        #expect(
            String(decoding: plain.body, as: UTF8.self)
                == #"{"error":{"message":"No.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#
        )
    }

    @Test("What there is not is null, and nothing breaks out of a string")
    func rendersHostileText() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(hostile.body)) as? [String: [String: Any]]
        #expect(parsed?["error"]?["message"] as? String == hostile.message)
        #expect(parsed?["error"]?["param"] is NSNull)
        #expect(parsed?["error"]?["code"] is NSNull)
        #expect(!hostile.body.contains(0x0A))
    }

    @Test func rendersAnEventOfAChatStream() throws {
        let bytes = hostile.streamEvent
        var parser = EventStreamParser()
        parser.append(bytes.span)
        let block = try #require(try parser.next())
        #expect(parser.data(of: block) == hostile.body)
        #expect(parser.pending.isEmpty)
    }

    @Test func rendersARealtimeEvent() throws {
        let bytes = plain.realtimeEvent(eventID: "event_1", causedBy: "evt_7")
        let expected =
            #"{"type":"error","event_id":"event_1","error":{"type":"invalid_request_error","code":"model_not_found","#
            + #""message":"No.","param":"model","event_id":"evt_7"}}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        let spontaneous = hostile.realtimeEvent(eventID: "e\"")
        let parsed = try JSONSerialization.jsonObject(with: Data(spontaneous)) as? [String: Any]
        #expect(parsed?["event_id"] as? String == "e\"")
        #expect((parsed?["error"] as? [String: Any])?["event_id"] is NSNull)
    }
}
