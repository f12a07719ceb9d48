import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Events that carry something with a shape (protocol: realtime §5, §9, §11)")
struct ShapedEventTests {
    private func type(_ name: String) throws -> EventType {
        let event = Array(#"{"type":"\#(name)"}"#.utf8)
        let type = EventTypeScanner.type(of: event.span)
        return try #require(type)
    }

    @Test(
        "deltas have two names",
        arguments: [
            ("response.text.delta", "response.output_text.delta"), ("response.text.done", "response.output_text.done"),
            ("response.audio.delta", "response.output_audio.delta"),
            ("response.audio_transcript.done", "response.output_audio_transcript.done"),
        ]
    )
    func names(beta: String, ga: String) throws {
        #expect(ShapedEventType.renamed(try self.type(beta), to: .ga) == ga)
        #expect(ShapedEventType.renamed(try self.type(ga), to: .beta) == beta)
        #expect(ShapedEventType.renamed(try self.type(ga), to: .ga) == nil)
    }

    @Test("what carries nothing of the kind has no subject")
    func subjects() throws {
        #expect(ShapedEvent.Subject(try self.type("session.updated")) == .session)
        #expect(ShapedEvent.Subject(try self.type("conversation.item.retrieved")) == .item)
        #expect(ShapedEvent.Subject(try self.type("response.content_part.done")) == nil)
        #expect(ShapedEvent.Subject(try self.type("heartbeat")) == nil)
    }

    @Test(
        "parameters have two names, with whatever is within them",
        arguments: [
            ("session.input_audio_format", "session.audio.input.format"),
            ("session.turn_detection.threshold", "session.audio.input.turn_detection.threshold"),
            ("session.modalities[0]", "session.output_modalities[0]"),
            ("response.voice", "response.audio.output.voice"),
            ("session.max_response_output_tokens", "session.max_output_tokens"),
        ]
    )
    func parameters(beta: String, ga: String) {
        #expect(ParameterName.renamed(beta, to: .ga) == ga)
        #expect(ParameterName.renamed(ga, to: .beta) == beta)
    }

    @Test(
        "a parameter of which only the beginning is the same is another",
        arguments: ["session.voices", "item.id", ""]
    )
    func others(path: String) {
        #expect(ParameterName.renamed(path, to: .ga) == nil)
    }

    @Test("an event in which nothing changes is the same event")
    func unchanged() {
        let event = Array(#"{"type":"x","item":1}"#.utf8)
        #expect(ShapedEvent.changed(event, "item") { _ in nil } == nil)
        #expect(ShapedEvent.changed(event, "session") { _ in JSONText.null } == nil)
        #expect(ShapedEvent.changed(Array("[".utf8), "item", type: "y") { $0 } == nil)
    }
}
