import RealtimeTranslation
import Testing

@testable import Relay

@Suite("The answer of /audio/transcriptions (OpenAI API reference, audio)")
struct TranscriptionAnswerTests {
    @Test("text, and usage by tokens, by time, or none")
    func usage() throws {
        let plain = try #require(TranscriptionAnswer(Array(#"{"text":"Hi"}"#.utf8)))
        #expect(plain.text == "Hi" && plain.usage == nil)
        let timed = try #require(
            TranscriptionAnswer(Array(#"{"text":"","usage":{"type":"duration","seconds":3}}"#.utf8))
        )
        #expect(timed.usage == .duration(seconds: 3))
        let counted =
            #"{"text":"a","usage":{"type":"tokens","input_tokens":14,"output_tokens":9,"#
            + #""input_token_details":{"text_tokens":4,"audio_tokens":10}}}"#
        #expect(
            try #require(TranscriptionAnswer(Array(counted.utf8))).usage
                == .tokens(input: 14, output: 9, inputText: 4, inputAudio: 10)
        )
    }

    @Test("numbers that cannot be are not believed")
    func strange() throws {
        let negative = #"{"text":"a","usage":{"input_tokens":-1,"output_tokens":2}}"#
        #expect(try #require(TranscriptionAnswer(Array(negative.utf8))).usage == nil)
        let more =
            #"{"text":"a","usage":{"input_tokens":5,"output_tokens":2,"input_token_details":{"audio_tokens":9}}}"#
        #expect(
            try #require(TranscriptionAnswer(Array(more.utf8))).usage
                == .tokens(input: 5, output: 2, inputText: 0, inputAudio: 5)
        )
    }

    @Test("what is no such answer is none", arguments: ["", "{}", "[]", #"{"text":1}"#, "plain words"])
    func none(body: String) {
        #expect(TranscriptionAnswer(Array(body.utf8)) == nil)
    }
}
