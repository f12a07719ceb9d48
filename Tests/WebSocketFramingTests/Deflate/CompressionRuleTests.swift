// The rule as it is written down in the source's header.

import Testing
import WebSocketFraming

struct CompressionRuleTests {
    static let rule = CompressionRule()

    static func compresses(_ payload: [UInt8], _ kind: MessageKind = .text, rule: CompressionRule = rule) -> Bool {
        rule.compresses(kind, payload.span)
    }

    @Test func smallMessagesGoAsTheyAre() {
        #expect(!Self.compresses(sampleJSON(1023)))
        #expect(Self.compresses(sampleJSON(1024)))
    }

    @Test func binaryGoesAsItIs() {
        #expect(!Self.compresses(sampleJSON(5000), .binary))
        #expect(Self.compresses(sampleJSON(5000), .binary, rule: CompressionRule(compressesBinary: true)))
    }

    /// Audio as realtime events carry it, at the sizes it comes in.
    @Test(arguments: [1200, 4800, 9600, 48_000]) func base64GoesAsItIs(_ bytes: Int) {
        let audio = Array(Base64.encode(noise(bytes)).utf8)
        for type in ["response.output_audio.delta", "input_audio_buffer.append"] {
            let event =
                Array("{\"type\":\"\(type)\",\"event_id\":\"event_1\",\"delta\":\"".utf8) + audio + Array("\"}".utf8)
            #expect(!Self.compresses(event))
        }
    }

    @Test func ordinaryTextIsCompressed() {
        let prose = "It was a bright cold day in April, and the clocks were striking thirteen. "
        #expect(Self.compresses(Array(String(repeating: prose, count: 40).utf8)))
        #expect(Self.compresses(Array(String(repeating: "日本語のテキスト", count: 100).utf8)))
        // A conversation with one short clip in it.
        let clip = Array(Base64.encode(noise(300)).utf8)
        #expect(Self.compresses(sampleJSON(2000) + clip + sampleJSON(2000)))
    }
}
