import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Events that the compact vocabulary has words for (protocol: realtime §5, §11)")
struct CompactServerEventTests {
    @Test(
        "text has four names",
        arguments: [
            "response.output_text", "response.output_audio_transcript", "response.text", "response.audio_transcript",
        ]
    )
    func text(name: String) {
        #expect(self.kind("\(name).delta") == .text)
        #expect(self.kind("\(name).done") == .textDone)
        #expect(self.kind("\(name).delta.x") == nil)
        #expect(self.kind("\(name).") == nil)
    }

    @Test(
        "what is not heard",
        arguments: ["response.output_audio.delta", "rate_limits.updated", "ping", "response.content_part.done"]
    )
    func others(name: String) {
        #expect(self.kind(name) == nil)
    }

    private func kind(_ type: String) -> CompactServerEvent? {
        let event = Array(#"{"type":"\#(type)"}"#.utf8)
        return EventTypeScanner.type(of: event.span).flatMap(CompactServerEvent.init)
    }
}
