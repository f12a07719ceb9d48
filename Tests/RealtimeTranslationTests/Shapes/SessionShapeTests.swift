import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Sessions in both shapes (protocol: realtime §3, §11)")
struct SessionShapeTests {
    /// The same session; what each shape lacks is left out.
    static let pairs: [(beta: String, ga: String)] = [
        ("{}", #"{"type":"realtime"}"#),
        (
            #"{"modalities":["text","audio"],"voice":"alloy","speed":1.25,"instructions":""}"#,
            #"{"type":"realtime","output_modalities":["audio"],"audio":{"output":{"voice":"alloy","speed":1.25}},"instructions":""}"#
        ),
        (
            #"{"modalities":["text"],"max_response_output_tokens":"inf","tools":[],"tool_choice":"auto"}"#,
            #"{"type":"realtime","output_modalities":["text"],"max_output_tokens":"inf","tools":[],"tool_choice":"auto"}"#
        ),
        (
            #"{"input_audio_format":"pcm16","output_audio_format":"g711_ulaw"}"#,
            #"{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","rate":24000}},"output":{"format":{"type":"audio/pcmu"}}}}"#
        ),
        (
            #"{"input_audio_format":"g711_alaw","turn_detection":null,"input_audio_transcription":null,"input_audio_noise_reduction":null}"#,
            #"{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcma"},"turn_detection":null,"transcription":null,"noise_reduction":null}}}"#
        ),
        (
            #"{"turn_detection":{"type":"server_vad","threshold":0.50},"input_audio_transcription":{"model":"whisper-1"}}"#,
            #"{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.50},"transcription":{"model":"whisper-1"}}}}"#
        ),
        // Formats and members of other providers (§13).
        (
            #"{"input_audio_format":"wav","beta_fields":{"chat_mode":"audio","tts_source":"e2e"},"enable_search":true}"#,
            #"{"type":"realtime","audio":{"input":{"format":"wav"}},"beta_fields":{"chat_mode":"audio","tts_source":"e2e"},"enable_search":true}"#
        ),
        (
            #"{"audio":{"input":{"transport":"binary"},"x":1},"voice":"eve"}"#,
            #"{"type":"realtime","audio":{"x":1,"input":{"transport":"binary"},"output":{"voice":"eve"}}}"#
        ),
    ]

    private func nested(_ text: String, keepsTemperature: Bool = false) -> ArraySlice<UInt8>? {
        SessionShape.nested(JSONText.bytes(text), isTranscription: false, keepsTemperature: keepsTemperature)
    }

    @Test("a flat session is nested; what is absent stays absent, nulls stay nulls", arguments: pairs)
    func nests(beta: String, ga: String) throws {
        try expectSame(self.nested(beta), ga)
    }

    @Test("a nested session is flattened", arguments: pairs)
    func flattens(beta: String, ga: String) throws {
        try expectSame(SessionShape.flattened(JSONText.bytes(ga)), beta)
    }

    @Test("there and back again is where it was", arguments: pairs)
    func roundTrip(beta: String, ga: String) throws {
        let flat = try #require(SessionShape.flattened(JSONText.bytes(ga)))
        try expectSame(SessionShape.nested(flat, isTranscription: false, keepsTemperature: true), ga)
    }

    @Test("a temperature has no place in GA unless it is asked for")
    func temperature() throws {
        try expectSame(self.nested(#"{"temperature":0.80}"#), #"{"type":"realtime"}"#)
        try expectSame(
            self.nested(#"{"temperature":0.80}"#, keepsTemperature: true),
            #"{"type":"realtime","temperature":0.80}"#
        )
        try expectSame(SessionShape.flattened(JSONText.bytes(#"{"temperature":1}"#)), #"{"temperature":1}"#)
    }

    @Test("what beta lacks is left out where it says nothing, and else goes on to be answered")
    func gaOnly() throws {
        let text = JSONText.bytes(
            #"{"type":"realtime","truncation":"auto","prompt":null,"reasoning":{"effort":"low"}}"#
        )
        try expectSame(SessionShape.flattened(text), #"{"reasoning":{"effort":"low"}}"#)
    }

    @Test("a transcription session says so and has no modalities")
    func transcription() throws {
        let text = JSONText.bytes(
            #"{"modalities":["text"],"input_audio_transcription":{"model":"whisper-1"},"include":[]}"#
        )
        try expectSame(
            SessionShape.nested(text, isTranscription: true, keepsTemperature: false),
            #"{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1"}}},"include":[]}"#
        )
    }

    @Test(
        "what is no session is left to others",
        arguments: ["null", "[]", #"{"audio":1}"#, #"{"audio":{"input":[]}}"#]
    )
    func refused(text: String) {
        #expect(self.nested(text) == nil)
        #expect(SessionShape.flattened(JSONText.bytes(text)) == nil)
    }

    @Test("null for audio, or for a side of it, is nothing")
    func nullAudio() throws {
        try expectSame(
            SessionShape.flattened(JSONText.bytes(#"{"audio":{"input":null,"output":{"speed":1}}}"#)),
            #"{"speed":1}"#
        )
        try expectSame(SessionShape.flattened(JSONText.bytes(#"{"audio":null}"#)), "{}")
    }
}
