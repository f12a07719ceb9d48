import Testing

@testable import RealtimeTranslation

/// The two laws of telephone audio (ITU-T G.711).
@Suite struct G711Tests {
    /// Samples of the published tables, in 16 bits.
    @Test func knownValues() {
        #expect(G711.mulawSample(0xFF) == 0)
        #expect(G711.mulawSample(0x7F) == 0)
        #expect(G711.mulawSample(0x00) == -32_124)
        #expect(G711.mulawSample(0x80) == 32_124)
        #expect(G711.mulawByte(0) == 0xFF)
        #expect(G711.mulawByte(.max) == 0x80)
        #expect(G711.mulawByte(.min) == 0x00)
        #expect(G711.alawSample(0xD5) == 8)
        #expect(G711.alawSample(0x55) == -8)
        #expect(G711.alawSample(0xAA) == 32_256)
        #expect(G711.alawSample(0x2A) == -32_256)
        #expect(G711.alawByte(0) == 0xD5)
        #expect(G711.alawByte(.max) == 0xAA)
        #expect(G711.alawByte(.min) == 0x2A)
    }

    @Test func everyByteComesBack() {
        for byte in UInt8.min...UInt8.max {
            #expect(G711.alawByte(G711.alawSample(byte)) == byte)
            // μ-law has two zeros.
            let back = G711.mulawByte(G711.mulawSample(byte))
            #expect(back == byte || (byte == 0x7F && back == 0xFF))
        }
    }

    @Test func errorsStayWithinAStep() {
        for sample in stride(from: Int16.min, through: Int16.max - 40, by: 37) {
            let bound = max(16, abs(Int(sample)) / 16 + 8)
            #expect(abs(Int(G711.mulawSample(G711.mulawByte(sample))) - Int(sample)) <= max(bound, 650))
            #expect(abs(Int(G711.alawSample(G711.alawByte(sample))) - Int(sample)) <= max(bound, 520))
        }
    }
}
