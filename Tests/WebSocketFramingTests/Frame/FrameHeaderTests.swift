// RFC 6455 §5.2: how long a header is.

import Testing
import WebSocketFraming

struct FrameHeaderTests {
    @Test(arguments: [(0, 2), (125, 2), (126, 4), (65535, 4), (65536, 10), (Int.max, 10)])
    func lengthFollowsThePayload(_ payload: Int, _ header: Int) {
        #expect(FrameHeader.encodedLength(payloadLength: payload, masked: false) == header)
        #expect(FrameHeader.encodedLength(payloadLength: payload, masked: true) == header + 4)
        #expect(header + 4 <= FrameHeader.maximumLength)
        let value = FrameHeader(opcode: .binary, payloadLength: payload, maskingKey: 1)
        #expect(value.encodedLength == header + 4)
    }
}
