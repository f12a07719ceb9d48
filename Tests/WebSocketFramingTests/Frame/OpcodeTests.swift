// RFC 6455 §5.2 and §5.5.

import Testing
import WebSocketFraming

struct OpcodeTests {
    @Test func reservedValuesHaveNoCase() {
        for value in UInt8(0)...255 {
            #expect((Opcode(rawValue: value) != nil) == [0, 1, 2, 8, 9, 10].contains(value))
        }
    }

    @Test func controlFramesHaveTheHighBit() {
        #expect([Opcode.close, .ping, .pong].allSatisfy(\.isControl) == true)
        #expect([Opcode.continuation, .text, .binary].contains(where: \.isControl) == false)
    }

    @Test func kindsKnowTheirOpcode() {
        #expect(MessageKind.text.opcode == .text)
        #expect(MessageKind.binary.opcode == .binary)
    }
}
