import Dialects
import RealtimeTranslation
import Testing

@Suite("Looks at Gemini Live messages that pass (protocol: realtime §14)")
struct GeminiLiveLookTests {
    @Test("what an upstream's message means")
    func server() {
        let audio = Array(
            #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}}]}}}"#.utf8
        )
        let look = GeminiLiveLook(audio.span)
        #expect(look.isOutput && look.audioBytes == 4 && look.usage == nil && !look.isTurnComplete)
        let end = Array(
            #"{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":"9","responseTokenCount":3}}"#
                .utf8
        )
        let last = GeminiLiveLook(end.span)
        #expect(!last.isOutput && last.isTurnComplete)
        #expect(last.usage?.inputText == 9 && last.usage?.outputText == 3)
    }

    @Test(
        "what asks for a turn",
        arguments: [
            (#"{"client_content":{"turns":[],"turn_complete":true}}"#, true),
            (#"{"clientContent":{"turns":[]}}"#, false),
            (#"{"toolResponse":{"functionResponses":[]}}"#, true),
            (#"{"realtimeInput":{"audio":{"data":"AA==","mimeType":"audio/pcm"}}}"#, false),
            (#"{"realtime_input":{"activity_end":{}}}"#, true), (#"{"realtimeInput":{"text":"hi"}}"#, true),
            ("[", false),
        ]
    )
    func client(_ message: String, _ asks: Bool) {
        let bytes = Array(message.utf8)
        #expect(GeminiLiveAsk(bytes.span).asksForTurn == asks)
    }

    @Test("a setup tells its model, and takes another without a byte changed beside")
    func setup() {
        let text = #"{ "setup": {"model" : "models/live", "generationConfig":{"x":1.50}} }"#
        let setup = GeminiLiveSetup(Array(text.utf8))
        #expect(setup?.model == "live")
        let changed = setup.map { String(decoding: $0.message(naming: "models/other"), as: UTF8.self) }
        #expect(changed == #"{ "setup": {"model" : "models/other", "generationConfig":{"x":1.50}} }"#)
    }

    @Test(
        "what is no setup",
        arguments: [
            "", "{}", #"{"setup":1}"#, #"{"setup":{}}"#, #"{"setup":{"model":5}}"#, #"{"setup":{"model":""}}"#,
            #"{"setup":{"model":"a","model":"b"}}"#, #"{"setup":{"model":"a"},"clientContent":{}}"#,
        ]
    )
    func noSetup(_ text: String) {
        #expect(GeminiLiveSetup(Array(text.utf8)) == nil)
    }
}
