import Testing

@testable import RealtimeTranslation

/// The two laws of telephone audio (ITU-T G.711).
@Suite struct G711Tests {
    /// Samples of the published tables, in 16 bits.
    @Test func knownValues() {
        #expect(G711.muLaw(0xFF) == 0)
        #expect(G711.muLaw(0x7F) == 0)
        #expect(G711.muLaw(0x00) == -32_124)
        #expect(G711.muLaw(0x80) == 32_124)
        #expect(G711.muLawByte(0) == 0xFF)
        #expect(G711.muLawByte(.max) == 0x80)
        #expect(G711.muLawByte(.min) == 0x00)
        #expect(G711.aLaw(0xD5) == 8)
        #expect(G711.aLaw(0x55) == -8)
        #expect(G711.aLaw(0xAA) == 32_256)
        #expect(G711.aLaw(0x2A) == -32_256)
        #expect(G711.aLawByte(0) == 0xD5)
        #expect(G711.aLawByte(.max) == 0xAA)
        #expect(G711.aLawByte(.min) == 0x2A)
    }

    @Test func everyByteComesBack() {
        for byte in UInt8.min...UInt8.max {
            #expect(G711.aLawByte(G711.aLaw(byte)) == byte)
            // μ-law has two zeros.
            let back = G711.muLawByte(G711.muLaw(byte))
            #expect(back == byte || (byte == 0x7F && back == 0xFF))
        }
    }

    @Test func errorsStayWithinAStep() {
        for sample in stride(from: Int16.min, through: Int16.max - 40, by: 37) {
            let bound = max(16, abs(Int(sample)) / 16 + 8)
            #expect(abs(Int(G711.muLaw(G711.muLawByte(sample))) - Int(sample)) <= max(bound, 650))
            #expect(abs(Int(G711.aLaw(G711.aLawByte(sample))) - Int(sample)) <= max(bound, 520))
        }
    }
}
