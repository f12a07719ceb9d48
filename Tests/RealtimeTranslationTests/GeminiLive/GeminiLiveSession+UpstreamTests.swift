import Dialects
import RealtimeTranslation
import Testing

@Suite("Whatever the order of messages, what begins has an end (protocol: realtime §15.2)")
struct GeminiLiveSessionUpstreamTests {
    private static let messages = [
        #"{"setupComplete":{}}"#, #"{"serverContent":{"modelTurn":{"parts":[{"text":"a"}]}}}"#,
        #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AAEC"}}]}}}"#,
        #"{"serverContent":{"outputTranscription":{"text":"b"}}}"#,
        #"{"serverContent":{"inputTranscription":{"text":"c"}}}"#,
        #"{"serverContent":{"inputTranscription":{"text":"c","finished":true}}}"#,
        #"{"serverContent":{"interrupted":true}}"#, #"{"serverContent":{"generationComplete":true}}"#,
        #"{"serverContent":{"turnComplete":true}}"#,
        #"{"serverContent":{"interrupted":true,"turnComplete":true},"usageMetadata":{"promptTokenCount":1}}"#,
        #"{"toolCall":{"functionCalls":[{"id":"c1","name":"f","args":{}}]}}"#,
        #"{"toolCallCancellation":{"ids":["c1"]}}"#,
        #"{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}"#, #"{"goAway":{"timeLeft":"10s"}}"#,
        #"{"voiceActivity":{"voiceActivityType":"ACTIVITY_START"}}"#,
        #"{"voiceActivity":{"voiceActivityType":"ACTIVITY_END"}}"#, "not json", #"{"serverContent":[1]}"#, "",
    ]
    private static let events = [
        #"{"type":"response.create"}"#, #"{"type":"response.cancel"}"#, #"{"type":"input_audio_buffer.commit"}"#,
        #"{"type":"input_audio_buffer.clear"}"#,
        #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}}"#,
        #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c1","output":"1"}}"#,
        #"{"type":"session.update","session":{"instructions":"y"}}"#, "{}", "[", #"{"type":5}"#,
    ]

    /// A small generator, so that each seed plays the same game each time (xorshift64).
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(sides))
        }
    }

    @Test("hundreds of games of sixty moves", arguments: [LiveStage.text, LiveStage.manual, #"{"type":"realtime"}"#])
    func anyOrder(_ settings: String) {
        for seed in 1...60 {
            var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            var stage = LiveStage()
            stage.client(#"{"type":"session.update","session":\#(settings)}"#)
            stage.connect()
            for _ in 0..<60 where stage.end == nil {
                switch dice.roll(10) {
                case 0..<5: stage.upstream(Self.messages[dice.roll(Self.messages.count)])
                case 5..<8: stage.client(Self.events[dice.roll(Self.events.count)])
                case 8: stage.client(LiveStage.append)
                default:
                    if dice.roll(3) > 0 { stage.connect() } else { stage.wait(seconds: Double(dice.roll(60))) }
                }
                if dice.roll(40) == 0 { stage.lose(dice.roll(2) == 0 ? nil : 1001) }
            }
            if stage.end == nil { stage.lose(1008, "over") }
            var pairing = Pairing()
            for event in stage.said {
                if let fault = pairing.take(event) {
                    Issue.record("seed \(seed): \(fault) in \(event.text)")
                    return
                }
            }
            #expect(pairing.isEven, "seed \(seed)")
        }
    }

    @Test("messages cut anywhere or with any byte changed never trap")
    func garbage() {
        for text in Self.messages + Self.events {
            let bytes = Array(text.utf8)
            var stage = LiveStage.ready()
            for index in bytes.indices {
                stage.upstream(bytes: Array(bytes[..<index]))
                stage.client(bytes: Array(bytes[..<index]))
                var changed = bytes
                for byte in [0x22, 0x5D, 0xFF] as [UInt8] {
                    changed[index] = byte
                    stage.upstream(bytes: changed)
                    stage.client(bytes: changed)
                }
            }
        }
    }
}
