import Dialects
import RealtimeTranslation
import Testing

/// The session as a whole (protocol: realtime §3, §8).
@Suite struct ChatSessionTests {
    @Test func opensWithTheWholeSessionObject() throws {
        var session = ChatSession(ChatSessionDescription(model: "m", identifierBase: "t", expiresAt: 1_790_003_600))
        let actions = session.open()
        guard case .say(let bytes)? = actions.first, actions.count == 1 else {
            Issue.record("expected one event")
            return
        }
        let event = try JSONParser.parse(bytes)
        #expect(event["type"] == "session.created")
        #expect(event["event_id"]?.string?.hasPrefix("event_") == true)
        let object = try #require(event["session"])
        #expect(object["id"]?.string?.hasPrefix("sess_") == true)
        #expect(object["type"] == "realtime")
        #expect(object["object"] == "realtime.session")
        #expect(object["model"] == "m")
        #expect(object["expires_at"] == 1_790_003_600)
        #expect(object["output_modalities"] == ["text"])
        #expect(object["max_output_tokens"] == "inf")
        #expect(object["truncation"] == "auto")
        #expect(object["audio"]?["input"]?["turn_detection"] == .some(.null))
        #expect(object["audio"]?["input"]?["transcription"] == .some(.null))
    }
}
