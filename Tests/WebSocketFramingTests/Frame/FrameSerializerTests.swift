// RFC 6455 §5.2, against an encoder of the tests' own.

import Testing
import WebSocketFraming

struct FrameSerializerTests {
    @Test(arguments: [0, 1, 125, 126, 127, 65535, 65536, 70000])
    func writesTheShortestForm(_ count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        for key in [nil, sampleKeyWord] {
            let header = FrameHeader(opcode: .binary, payloadLength: count, maskingKey: key)
            let wire = WireFrame(opcode: 2, payload: payload, key: key == nil ? nil : sampleKey)
            #expect(FrameSerializer.frame(header, payload: payload.span) == wire.bytes)
        }
    }

    @Test func writesBitsAndOpcode() {
        for final in [true, false] {
            for compressed in [true, false] {
                for opcode in [Opcode.continuation, .text, .binary, .close, .ping, .pong] {
                    let header = FrameHeader(
                        isFinal: final,
                        isCompressed: compressed,
                        opcode: opcode,
                        payloadLength: 0
                    )
                    let wire = WireFrame(final: final, rsv: compressed ? 4 : 0, opcode: opcode.rawValue)
                    let none: [UInt8] = []
                    #expect(FrameSerializer.frame(header, payload: none.span) == wire.bytes)
                }
            }
        }
    }

    /// §5.7: the samples of the RFC.
    @Test func samplesOfTheRFC() {
        let hello = Array("Hello".utf8)
        let plain = FrameHeader(opcode: .text, payloadLength: 5)
        #expect(FrameSerializer.frame(plain, payload: hello.span) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        let masked = FrameHeader(opcode: .text, payloadLength: 5, maskingKey: sampleKeyWord)
        #expect(
            FrameSerializer.frame(masked, payload: hello.span)
                == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        )
    }
}
