// What an upstream's events mean to the meter, under their current and their older names (protocol: realtime §5, §11).

import Dialects
import Testing

@Suite("RealtimeServerEvent")
struct RealtimeServerEventTests {
    private func kind(_ type: String) throws -> RealtimeServerEventKind {
        let bytes = Array(#"{"type":"\#(type)"}"#.utf8)
        let found = EventTypeScanner.type(of: bytes.span)
        return RealtimeServerEventKind(try #require(found))
    }

    @Test("kinds")
    func kinds() throws {
        for type in ["response.output_audio.delta", "response.audio.delta"] {
            #expect(try self.kind(type) == .audioDelta)
        }
        for type in [
            "response.output_text.delta", "response.text.delta", "response.output_audio_transcript.delta",
            "response.audio_transcript.delta", "response.function_call_arguments.delta",
            "response.mcp_call_arguments.delta",
        ] { #expect(try self.kind(type) == .textDelta) }
        #expect(try self.kind("response.created") == .responseCreated)
        #expect(try self.kind("response.done") == .responseDone)
        let transcription = "conversation.item.input_audio_transcription.completed"
        #expect(try self.kind(transcription) == .transcriptionCompleted)
        #expect(try self.kind("error") == .error)
        for type in ["session.created", "response.output_text.done", "errors", "heartbeat"] {
            #expect(try self.kind(type) == .other)
        }
    }

    @Test("a delta tells its length, and its response only if asked")
    func delta() {
        let bytes = Array(#"{"type":"response.output_text.delta","response_id":"r","delta":"hëllo"}"#.utf8)
        #expect(RealtimeDelta(bytes.span, wantsID: false) == RealtimeDelta(bytes.span, wantsID: false))
        #expect(RealtimeDelta(bytes.span, wantsID: false).bytes == 6)
        #expect(RealtimeDelta(bytes.span, wantsID: false).responseID == nil)
        #expect(RealtimeDelta(bytes.span, wantsID: true).responseID == "r")
        #expect(RealtimeDelta(eventBytes: 10).bytes == 0)
        #expect(RealtimeDelta(eventBytes: 10_000).bytes > 9_000)
    }

    @Test("an error tells which event it answers")
    func error() {
        let bytes = Array(#"{"type":"error","event_id":"x","error":{"code":"c","event_id":"e"}}"#.utf8)
        let event = RealtimeErrorEvent(bytes.span)
        #expect(event.causedBy == "e" && event.code == "c")
        let null = Array(#"{"type":"error","error":{"code":null,"event_id":null}}"#.utf8)
        #expect(RealtimeErrorEvent(null.span).causedBy == nil)
    }
}
