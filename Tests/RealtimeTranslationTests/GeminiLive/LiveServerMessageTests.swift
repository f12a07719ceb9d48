import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("What a Gemini Live upstream says (protocol: realtime §14.3)")
struct LiveServerMessageTests {
    private static func read(_ text: String) -> LiveServerMessage {
        let bytes = Array(text.utf8)
        return LiveServerMessage(bytes.span)
    }

    @Test("several keys of one message are all read, in either spelling and any order")
    func severalKeys() {
        let message = Self.read(
            """
            {"go_away":{"time_left":"1.5s"},"usage_metadata":{"total_token_count":3,"prompt_token_count":3},\
            "server_content":{"turn_complete":true,"interrupted":true,"output_transcription":{"text":"x"}},\
            "session_resumption_update":{"new_handle":"h","resumable":true,"last_consumed_client_message_index":7}}
            """
        )
        #expect(message.millisecondsLeft == 1_500)
        #expect(message.usage?.inputText == 3)
        #expect(message.isTurnComplete && message.isInterrupted && !message.isGenerationComplete)
        #expect(message.outputTranscription?.text == "x" && message.isOutput)
        #expect(message.resumption == .init(handle: "h", isResumable: true, lastConsumed: 7))
    }

    @Test("parts keep their order; thoughts, pictures and empty texts are none")
    func parts() {
        let message = Self.read(
            """
            {"serverContent":{"modelTurn":{"parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},\
            {"text":""},{"thought":true,"text":"b"},{"inlineData":{"data":"AAAA"}},{"text":"c"},{"executableCode":{}}]}}}
            """
        )
        #expect(message.outputs.count == 3)
        #expect(message.outputs.first == .text("a") && message.outputs.last == .text("c"))
    }

    @Test("calls keep their arguments as they were written, and need a name")
    func calls() {
        let message = Self.read(
            #"{"toolCall":{"functionCalls":[{"id":"1","name":"f","args":{"n": 1.50}},{"id":"2"},{"name":"g"}]}}"#
        )
        #expect(message.calls.map(\.arguments) == [#"{"n": 1.50}"#, "{}"])
        #expect(message.calls.map(\.id) == ["1", nil])
    }

    @Test(
        "what is none says nothing",
        arguments: ["", "[]", "{", #"{"serverContent":5}"#, #"{"goAway":null}"#, "\u{0}"]
    )
    func nothing(_ text: String) {
        let message = Self.read(text)
        #expect(!message.isOutput && !message.isTurnComplete && message.millisecondsLeft == nil)
    }

    @Test(
        "durations",
        arguments: [("50s", 50_000), ("0.250s", 250), ("99999999s", 86_400_000), ("-1s", nil), ("5", nil), ("xs", nil)]
    )
    func durations(_ text: String, _ milliseconds: Int?) {
        #expect(LiveDuration.milliseconds(text) == milliseconds)
    }
}
