import Dialects
import RealtimeTranslation
import Testing

/// What all events of a client have in common, and messages that are none (protocol: realtime §4, §9).
@Suite struct ClientEventTests {
    struct Refused: CustomTestStringConvertible {
        let message: String
        let code: String
        let param: String?
        let eventID: String?

        init(_ message: String, _ code: String, _ param: String? = nil, eventID: String? = nil) {
            self.message = message
            self.code = code
            self.param = param
            self.eventID = eventID
        }

        var testDescription: String { String(message.prefix(60)) }
    }

    static let refusals = [
        Refused("", "invalid_json"), Refused("{", "invalid_json"), Refused("[]", "invalid_event"),
        Refused("3", "invalid_event"),
        Refused("{}", "missing_required_parameter", "type"),
        Refused(#"{"event_id":"e"}"#, "missing_required_parameter", "type", eventID: "e"),
        Refused(#"{"type":1,"event_id":"e"}"#, "invalid_type", "type", eventID: "e"),
        Refused(#"{"type":"nonsense","event_id":"e"}"#, "invalid_value", "type", eventID: "e"),
        Refused(#"{"type":"response.create","event_id":7}"#, "invalid_type", "event_id"),
        Refused(
            #"{"type":"response.create","event_id":""# + String(repeating: "e", count: 513) + #""}"#,
            "invalid_value",
            "event_id"
        ),
        Refused(#"{"type":"output_audio_buffer.clear","event_id":"e"}"#, "invalid_event", "type", eventID: "e"),
        Refused(#"{"type":"transcription_session.update"}"#, "invalid_event", "type"),
        Refused(
            #"{"type":"x","type":"response.cancel","event_id":"e","event_id":"f"}"#,
            "invalid_value",
            "event",
            eventID: "f"
        ),
        Refused(#"{"type":"response.cancel","foo":1}"#, "unknown_parameter", "foo"),
    ]

    @Test(arguments: refusals)
    func refuses(_ refused: Refused) throws {
        var scene = ChatScene()
        let told = scene.send(bytes: Array(refused.message.utf8))
        #expect(told.types == ["error"])
        let error = try #require(scene.lastError)
        #expect(error["code"] == .string(refused.code))
        #expect(error["param"] == .optional(refused.param))
        #expect(error["event_id"] == .optional(refused.eventID))
        #expect(error["message"]?.string?.isEmpty == false)
    }

    @Test func eventsAreBounded() {
        var scene = ChatScene { ($0.limits.eventBytes, $0.limits.eventValues) = (200, 20) }
        scene.send(bytes: Array(repeating: 0x20, count: 201))
        #expect(scene.lastError?["code"] == "event_too_large")
        scene.send(bytes: Array("[\(String(repeating: "1,", count: 30))1]".utf8))
        #expect(scene.lastError?["code"] == "event_too_large")
        scene.send(bytes: Array(#"{"type":"response.cancel","event_id":",,,,,,,,,,,,,,,,,,,,,,,\",,,,,,,"}"#.utf8))
        #expect(scene.lastError?["code"] == "response_cancel_not_active")
    }
}
