import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("What a Gemini Live turn costs (protocol: realtime §14.3, §15.2)")
struct LiveUsageTests {
    private static func read(_ text: String) -> RealtimeUsage {
        let bytes = Array(text.utf8)
        return LiveUsage.read(bytes.span, 0..<bytes.count)
    }

    @Test("by modality: pictures and moving ones are images, tool results input, thoughts output")
    func modalities() {
        let usage = Self.read(
            """
            {"promptTokenCount":100,"toolUsePromptTokenCount":10,"responseTokenCount":50,"thoughtsTokenCount":"7",\
            "cachedContentTokenCount":30,\
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":40},{"modality":"AUDIO","tokenCount":30},\
            {"modality":"IMAGE","tokenCount":10},{"modality":"VIDEO","tokenCount":20}],\
            "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":25},{"modality":"TEXT","tokenCount":5}],\
            "responseTokensDetails":[{"modality":"AUDIO","tokenCount":45}]}
            """
        )
        #expect(usage.inputText == 50 && usage.inputAudio == 30 && usage.inputImage == 30)
        #expect(usage.cachedText == 5 && usage.cachedAudio == 25)
        #expect(usage.outputAudio == 45 && usage.outputText == 12)
        let object = LiveUsage.object(usage)
        #expect(object["total_tokens"]?.integer == 167)
        #expect(object["input_token_details"]?["cached_tokens"]?.integer == 30)
    }

    @Test("counts without details are text; cached ones are a part of the input")
    func noDetails() {
        let usage = Self.read(#"{"promptTokenCount":8,"responseTokenCount":4,"cachedContentTokenCount":9}"#)
        #expect(usage.inputText == 8 && usage.cachedText == 8 && usage.outputText == 4)
    }

    @Test("strange numbers count nothing and never trap")
    func strange() {
        let usage = Self.read(
            #"{"promptTokenCount":-5,"responseTokenCount":1e9,"thoughtsTokenCount":99999999999999999999,"#
                + #""promptTokensDetails":[{"tokenCount":"x"},5,{"modality":"AUDIO","tokenCount":999999999999999},"#
                + #"{"modality":"AUDIO","tokenCount":999999999999999}]}"#
        )
        #expect(usage.inputText == 0 && usage.outputText == 0)
        #expect(usage.inputAudio == 1_000_000_000_000_000)
    }
}
