import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Responses in both shapes (protocol: realtime §6, §7, §11)")
struct ResponseShapeTests {
    static let pairs: [(beta: String, ga: String)] = [
        ("{}", "{}"),
        (
            #"{"conversation":"none","modalities":["text"],"max_output_tokens":20,"metadata":{"a":"b"},"instructions":null}"#,
            #"{"conversation":"none","output_modalities":["text"],"max_output_tokens":20,"metadata":{"a":"b"},"instructions":null}"#
        ),
        (
            #"{"modalities":["text","audio"],"voice":"ash","output_audio_format":"pcm16"}"#,
            #"{"output_modalities":["audio"],"audio":{"output":{"voice":"ash","format":{"type":"audio/pcm","rate":24000}}}}"#
        ),
        (
            #"{"input":[{"type":"item_reference","id":"i"},{"type":"message","role":"assistant","content":[{"type":"text","text":"a"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"b"}]}]}"#,
            #"{"input":[{"type":"item_reference","id":"i"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"b"}]}]}"#
        ),
        (
            #"{"id":"r","status":"completed","output":[{"id":"i","role":"assistant","content":[{"type":"audio","transcript":"t"}]}],"conversation_id":"c","status_details":null}"#,
            #"{"id":"r","status":"completed","output":[{"id":"i","role":"assistant","content":[{"type":"output_audio","transcript":"t"}]}],"conversation_id":"c","status_details":null}"#
        ),
    ]

    @Test("a beta response is nested", arguments: pairs)
    func nests(beta: String, ga: String) throws {
        try expectSame(ResponseShape.nested(JSONText.bytes(beta), keepsTemperature: false), ga)
    }

    @Test("a GA response is flattened", arguments: pairs)
    func flattens(beta: String, ga: String) throws {
        try expectSame(ResponseShape.flattened(JSONText.bytes(ga)), beta)
    }

    @Test("both names of the token limit are understood, and a temperature goes")
    func spellings() throws {
        try expectSame(
            ResponseShape.nested(
                JSONText.bytes(#"{"max_response_output_tokens":"inf","temperature":0.8}"#),
                keepsTemperature: false
            ),
            #"{"max_output_tokens":"inf"}"#
        )
    }

    @Test("beta usage has no images; all else of it stays (§7)")
    func usage() throws {
        let ga = """
            {"usage":{"total_tokens":3,"input_token_details":{"text_tokens":1,"image_tokens":0,"cached_tokens":1,\
            "cached_tokens_details":{"text_tokens":1,"image_tokens":0}},"output_token_details":{"audio_tokens":2}}}
            """
        let beta = """
            {"usage":{"total_tokens":3,"input_token_details":{"text_tokens":1,"cached_tokens":1,\
            "cached_tokens_details":{"text_tokens":1}},"output_token_details":{"audio_tokens":2}}}
            """
        try expectSame(ResponseShape.flattened(JSONText.bytes(ga)), beta)
        try expectSame(ResponseShape.nested(JSONText.bytes(beta), keepsTemperature: false), beta)
        try expectSame(ResponseShape.flattened(JSONText.bytes(#"{"usage":null}"#)), #"{"usage":null}"#)
    }

    @Test("what is no response is left to others", arguments: ["null", "1", #"{"audio":"x"}"#])
    func refused(text: String) {
        #expect(ResponseShape.nested(JSONText.bytes(text), keepsTemperature: false) == nil)
        #expect(ResponseShape.flattened(JSONText.bytes(text)) == nil)
    }
}
