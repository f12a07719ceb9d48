// protocol/http §1.3 for completions and embeddings; usage of responses, images and transcriptions by their own names.

import Dialects
import Testing

@Suite struct PassedAnswerScannerTests {
    static func scan(_ text: String, _ shape: PassedAnswerShape = .response, size: Int = 1) -> PassedAnswerScanner {
        var scanner = PassedAnswerScanner(shape)
        for piece in pieces(Array(text.utf8), size: size) { scanner.feed(piece.span) }
        return scanner
    }

    static let response =
        #"{"id":"resp_1","output":[{"content":[{"text":"Hello"}]}],"usage":{"input_tokens":9,"input_tokens_details":"#
        + #"{"cached_tokens":4},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":21}}"#

    static var responseUsage: ChatUsage {
        var usage = ChatUsage(promptTokens: 9, completionTokens: 12, totalTokens: 21, cachedTokens: 4)
        usage.reasoningTokens = 3
        return usage
    }

    @Test("Responses, in pieces of any size", arguments: [1, 2, 7, 1_000])
    func responses(size: Int) {
        let scanner = Self.scan(Self.response, size: size)
        #expect(scanner.usage == Self.responseUsage)
        #expect(scanner.textBytes == 5)
    }

    @Test("Completions and embeddings count as chat does")
    func completions() {
        let usage = #""usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}"#
        let completion = Self.scan(#"{"choices":[{"text":"abc"}],\#(usage)}"#, .completion)
        #expect(completion.usage == ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11))
        #expect(completion.textBytes == 3)
        let embedding = Self.scan(
            #"{"data":[{"embedding":"AAAA"}],"usage":{"prompt_tokens":8,"total_tokens":8}}"#,
            .other
        )
        #expect(embedding.usage == ChatUsage(promptTokens: 8, totalTokens: 8))
        #expect(embedding.textBytes == 0)
    }

    @Test("Transcriptions, by tokens or by time")
    func transcriptions() {
        let tokens = Self.scan(
            #"{"text":"hi","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":4,"#
                + #""audio_tokens":10},"output_tokens":5,"total_tokens":19}}"#,
            .transcription
        )
        #expect(tokens.usage?.promptTokens == 14)
        #expect(tokens.usage?.promptAudioTokens == 10)
        #expect(tokens.textBytes == 2)
        let time = Self.scan(#"{"text":"hi","usage":{"type":"duration","seconds":3.5}}"#, .transcription)
        #expect(time.usage == nil)
        #expect(time.passedUsage?.audioMilliseconds == 3_500)
    }

    @Test("Images")
    func images() {
        let scanner = Self.scan(
            #"{"data":[],"usage":{"input_tokens":50,"input_tokens_details":{"text_tokens":10,"image_tokens":40},"#
                + #""output_tokens":50}}"#,
            .other
        )
        #expect(scanner.usage?.promptImageTokens == 40)
        #expect(scanner.usage?.totalTokens == 100)
    }

    @Test(
        "What tells nothing counts nothing",
        arguments: [
            "", "RIFF\u{0}}}}]]]", "1\n00:00 --> 00:01\nhi", #"{"usage":null}"#, #"{"usage":5}"#, #"{"usage":{}}"#,
            #"{"usage":{"input_tokens":-5,"output_tokens":1e300}}"#, #"{"usage":{"seconds":"x"}}"#,
        ]
    )
    func nothing(text: String) {
        #expect(Self.scan(text, .other).usage == nil)
    }
}
