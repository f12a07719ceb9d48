// Reading frames at both ends: RFC 6455 §5.2 to §5.5, byte by byte and at every split.

import BenchCore
import Testing
import WebSocketFraming

@Suite struct FrameReaderTests {
    private struct Reading: Equatable {
        var messages: [[UInt8]] = []
        var controls: [[UInt8]] = []
        var violation: String?
    }

    /// Reads chunks as they would come from a socket.
    private func read(_ chunks: [[UInt8]], expectsMask: Bool) -> Reading {
        var reader = FrameReader(expectsMask: expectsMask)
        var reading = Reading()
        var message: [UInt8] = []
        var control: [UInt8] = []
        for chunk in chunks {
            var copy = chunk
            var span = copy.mutableSpan
            var cursor = 0
            scan: while true {
                switch reader.next(&span, from: &cursor, to: span.count) {
                case .needsMore:
                    #expect(cursor == span.count)
                    break scan
                case .data(let range, let endsMessage):
                    message += range.map { span[$0] }
                    if endsMessage {
                        reading.messages.append(message)
                        message = []
                    }
                case .control(let opcode, let range, let endsFrame):
                    control += range.map { span[$0] }
                    if endsFrame {
                        reading.controls.append([opcode] + control)
                        control = []
                    }
                case .violation(let fault):
                    reading.violation = fault
                    return reading
                }
            }
        }
        return reading
    }

    private func frame(_ opcode: Opcode, _ payload: [UInt8], final: Bool = true, masked: Bool) -> [UInt8] {
        let header = FrameHeader(
            isFinal: final,
            opcode: opcode,
            payloadLength: payload.count,
            maskingKey: masked ? 0x1234_5678 : nil
        )
        return FrameSerializer.frame(header, payload: payload.span)
    }

    @Test(arguments: [true, false])
    func everySplitGivesTheSame(_ masked: Bool) {
        let long = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        let stream =
            self.frame(.text, [], masked: masked) + self.frame(.text, Array("ab".utf8), final: false, masked: masked)
            + self.frame(.ping, Array("p".utf8), masked: masked) + self.frame(.continuation, long, masked: masked)
            + self.frame(.close, [3, 232], masked: masked)
        let expected = Reading(
            messages: [[], Array("ab".utf8) + long],
            controls: [[9] + Array("p".utf8), [8, 3, 232]]
        )
        #expect(self.read([stream], expectsMask: masked) == expected)
        #expect(self.read(stream.map { [$0] }, expectsMask: masked) == expected)
        for cut in 0...stream.count {
            #expect(self.read([Array(stream[..<cut]), Array(stream[cut...])], expectsMask: masked) == expected)
        }
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536], [true, false])
    func eachFormOfLengthIsRead(_ size: Int, _ masked: Bool) {
        let payload = [UInt8](repeating: 0x61, count: size)
        let reading = self.read([self.frame(.text, payload, masked: masked)], expectsMask: masked)
        #expect(reading == Reading(messages: [payload]))
    }

    @Test(arguments: [
        [0x81, 0x80, 0, 0, 0, 0] as [UInt8],  // §5.1: a server never masks.
        [0xC1, 0x00],  // §5.2: RSV1 was not negotiated.
        [0x80, 0x00],  // §5.4: nothing to continue.
        [0x01, 0x00, 0x81, 0x00],  // §5.4: a message inside a message.
        [0x09, 0x00],  // §5.5: a ping in fragments.
        [0x83, 0x00],  // §5.2: a reserved opcode.
        [0x82, 0x00],  // Nobody sent a binary message.
        [0x81, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0],  // §5.2: the most significant bit of a length.
    ])
    func whatNobodySentIsAViolation(_ bytes: [UInt8]) {
        #expect(self.read([bytes], expectsMask: false).violation != nil)
        #expect(self.read(bytes.map { [$0] }, expectsMask: false).violation != nil)
    }

    @Test func anUnmaskedFrameOfAClientIsAViolation() {
        #expect(self.read([self.frame(.text, [0x61], masked: false)], expectsMask: true).violation != nil)
    }
}
