// protocol: realtime §7 (usage taps) and §13 (compatible providers' gaps).

import Dialects
import Testing

@Suite("Realtime usage")
struct RealtimeUsageTests {
    private func turn(_ text: String) -> RealtimeTurn {
        RealtimeTurn(Array(text.utf8).span)
    }

    @Test("§7: every class of a whole usage object is read")
    func readsEveryClass() {
        let turn = self.turn(
            """
            {"type":"response.done","event_id":"e","response":{"object":"realtime.response","id":"resp_1",\
            "status":"completed","output":[{"usage":{"input_tokens":9}}],"usage":{"total_tokens":253,\
            "input_tokens":132,"output_tokens":121,"input_token_details":{"text_tokens":119,"audio_tokens":10,\
            "image_tokens":3,"cached_tokens":64,"cached_tokens_details":{"text_tokens":60,"audio_tokens":4,\
            "image_tokens":0}},"output_token_details":{"text_tokens":30,"audio_tokens":91}}}}
            """
        )
        #expect(turn.responseID == "resp_1")
        #expect(turn.status == "completed")
        var expected = RealtimeUsage()
        (expected.inputText, expected.inputAudio, expected.inputImage) = (119, 10, 3)
        (expected.cachedText, expected.cachedAudio) = (60, 4)
        (expected.outputText, expected.outputAudio) = (30, 91)
        #expect(turn.usage == expected)
        #expect(turn.usage?.inputTokens == 132)
        #expect(turn.usage?.outputTokens == 121)
    }

    @Test("§7: the beta shape has no cached details: cached tokens are text")
    func readsBetaCache() {
        let turn = self.turn(
            """
            {"response":{"id":"r","usage":{"input_tokens":20,"output_tokens":5,"input_token_details":\
            {"cached_tokens":8,"text_tokens":12,"audio_tokens":8},"output_token_details":{"text_tokens":5}}}}
            """
        )
        #expect(turn.usage?.cachedText == 8)
        #expect(turn.usage?.inputAudio == 8)
    }

    @Test("§7: counts without details are text")
    func readsPlainCounts() {
        let turn = self.turn(#"{"response":{"usage":{"input_tokens":20,"output_tokens":5}}}"#)
        #expect(turn.usage?.inputText == 20)
        #expect(turn.usage?.outputText == 5)
    }

    @Test("§13: usage at the top level counts when the response has none", arguments: ["null", "{}"])
    func readsTopLevelUsage(inner: String) {
        let usage = #"{"input_tokens":3,"output_tokens":4}"#
        #expect(self.turn(#"{"usage":\#(usage),"response":{"id":"r","usage":\#(inner)}}"#).usage?.inputText == 3)
        #expect(self.turn(#"{"response":{"usage":\#(usage)},"usage":\#(inner)}"#).usage?.inputText == 3)
    }

    @Test("§13: zeros and empty objects are told apart from absence", arguments: ["{}", #"{"input_tokens":0}"#])
    func tellsEmptyFromAbsent(usage: String) {
        #expect(self.turn(#"{"response":{"usage":\#(usage)}}"#).usage?.isEmpty == true)
        #expect(self.turn(#"{"response":{"id":"r"}}"#).usage == nil)
    }

    @Test(
        "Counts that are no counts are absent, and nothing traps",
        arguments: ["-1", "1.5", "1e9", "99999999999999999999", "\"7\"", "null", "[]"]
    )
    func refusesOddCounts(count: String) {
        let turn = self.turn(#"{"response":{"usage":{"input_tokens":\#(count),"output_tokens":2}}}"#)
        #expect(turn.usage?.inputText == 0)
        #expect(turn.usage?.outputText == 2)
    }

    @Test("A message that breaks off yields what came before, at every length")
    func survivesEveryCut() {
        let whole = Array(#"{"response":{"id":"r","usage":{"input_tokens":3,"output_tokens":4}},"x":[1,{"y":2}]}"#.utf8)
        for length in 0...whole.count {
            _ = RealtimeTurn(whole.span.extracting(0..<length))
        }
        #expect(RealtimeTurn(whole.span).usage?.outputText == 4)
    }

    @Test("§7: transcriptions are billed by tokens or by time")
    func readsTranscriptions() {
        let tokens = RealtimeTranscription(
            Array(
                #"{"item_id":"i","usage":{"type":"tokens","input_tokens":14,"output_tokens":3,"input_token_details":{"text_tokens":0,"audio_tokens":14}}}"#
                    .utf8
            ).span
        )
        #expect(tokens.itemID == "i")
        #expect(tokens.usage?.inputAudio == 14)
        #expect(tokens.usage?.outputText == 3)
        let time = RealtimeTranscription(Array(#"{"usage":{"type":"duration","seconds":1.9}}"#.utf8).span)
        #expect(time.usage?.audioMilliseconds == 1900)
    }

    @Test("A duration that is no sane time is none", arguments: ["-1", "1e300", "nan", "100000"])
    func refusesOddDurations(seconds: String) {
        let usage = RealtimeTranscription(Array(#"{"usage":{"seconds":\#(seconds)}}"#.utf8).span).usage
        #expect((usage?.audioMilliseconds ?? 0) == 0)
    }
}
