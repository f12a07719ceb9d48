// The three encodings (ITU-T G.711 for two of them).

import Dialects
import Testing

@testable import Simulator

@Suite("Audio formats")
struct SimulatedAudioFormatTests {
    @Test("PCM16 is little-endian and clips")
    func encodesPCM() {
        #expect(
            SimulatedAudioFormat.pcm.encode([0, 1, -1, 2, -2]) == [
                0, 0, 0xFF, 0x7F, 0x01, 0x80, 0xFF, 0x7F, 0x01, 0x80,
            ]
        )
        #expect(SimulatedAudioFormat.pcm.sample([0x01, 0x80], at: 0) == -32_767)
    }

    @Test("G.711: known codes of silence and full scale")
    func encodesG711() {
        #expect(SimulatedAudioFormat.muLaw.encode([0, 1, -1]) == [0xFF, 0x80, 0x00])
        #expect(SimulatedAudioFormat.aLaw.encode([0, 1, -1]) == [0xD5, 0xAA, 0x2A])
    }

    @Test(
        "What is encoded comes back within the step of its segment",
        arguments: [SimulatedAudioFormat.muLaw, .aLaw, .pcm]
    )
    func roundTrips(_ format: SimulatedAudioFormat) {
        for value in stride(from: -32_000, through: 32_000, by: 97) {
            let bytes = format.encode([Float(value) / 32_767])
            let back = format.sample(bytes, at: 0)
            let tolerance = format == .pcm ? 1 : max(abs(value) / 16, 16)
            #expect(abs(back - value) <= tolerance, "\(format) \(value) \(back)")
        }
    }

    @Test("Every byte decodes within 16 bits", arguments: [SimulatedAudioFormat.muLaw, .aLaw])
    func decodesAll(_ format: SimulatedAudioFormat) {
        for byte in UInt8.min...UInt8.max {
            #expect(abs(format.sample([byte], at: 0)) <= 32_768)
        }
    }

    @Test("Formats are read and told")
    func readsJSON() {
        for format in [SimulatedAudioFormat.pcm, .muLaw, .aLaw] {
            #expect(SimulatedAudioFormat(format.json) == format)
        }
        #expect(SimulatedAudioFormat(["type": "audio/mp3"]) == nil)
        #expect(SimulatedAudioFormat(nil) == nil)
        #expect(SimulatedAudioFormat.pcm.bytesPerMillisecond == 48)
        #expect(SimulatedAudioFormat.aLaw.bytesPerMillisecond == 8)
    }
}
