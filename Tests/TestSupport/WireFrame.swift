// WebSocket frames as a test writes and reads them (RFC 6455 §5.2): straight from the RFC, apart from the code under
// test, and able to write what is not allowed.

/// One frame on the wire.
package struct WireFrame: Equatable, Sendable {
    package var isFinal = true
    /// RSV1 to RSV3 in the low bits.
    package var reserved: UInt8 = 0
    package var opcode: UInt8
    package var payload: [UInt8]
    /// Whether it came, or shall go, masked.
    package var isMasked = false

    package init(_ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0) {
        self.opcode = opcode
        self.payload = payload
        self.isFinal = isFinal
        self.reserved = reserved
    }

    package static func text(_ text: String, isFinal: Bool = true) -> WireFrame {
        WireFrame(1, Array(text.utf8), isFinal: isFinal)
    }

    package static func binary(_ payload: [UInt8], isFinal: Bool = true) -> WireFrame {
        WireFrame(2, payload, isFinal: isFinal)
    }

    package static func continuation(_ payload: [UInt8], isFinal: Bool = true) -> WireFrame {
        WireFrame(0, payload, isFinal: isFinal)
    }

    package static func ping(_ payload: [UInt8] = []) -> WireFrame { WireFrame(9, payload) }
    package static func pong(_ payload: [UInt8] = []) -> WireFrame { WireFrame(10, payload) }

    /// A Close; without a code it has no payload at all (§5.5.1).
    package static func close(_ code: UInt16? = nil, _ reason: String = "") -> WireFrame {
        guard let code else { return WireFrame(8) }
        return WireFrame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }

    /// The code of a Close frame.
    package var closeCode: UInt16? {
        guard self.opcode == 8, self.payload.count >= 2 else { return nil }
        return UInt16(self.payload[0]) << 8 | UInt16(self.payload[1])
    }

    /// The reason of a Close frame.
    package var closeReason: String { String(decoding: self.payload.dropFirst(2), as: UTF8.self) }

    package var text: String { String(decoding: self.payload, as: UTF8.self) }

    /// The frame as a client sends it (§5.3).
    package var masked: [UInt8] { self.bytes(maskedWith: [0x37, 0xFA, 0x21, 0x3D]) }

    /// The frame as a server sends it.
    package var unmasked: [UInt8] { self.bytes(maskedWith: nil) }

    package func bytes(maskedWith key: [UInt8]?) -> [UInt8] {
        var bytes = [(self.isFinal ? 0x80 : 0) | self.reserved << 4 | self.opcode]
        let mark: UInt8 = key == nil ? 0 : 0x80
        let count = self.payload.count
        if count <= 125 {
            bytes.append(mark | UInt8(count))
        } else if count <= 0xFFFF {
            bytes += [mark | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            bytes.append(mark | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        }
        guard let key else { return bytes + self.payload }
        bytes += key
        return bytes + Self.apply(key, to: self.payload)
    }

    private static func apply(_ key: [UInt8], to payload: [UInt8]) -> [UInt8] {
        var result = payload
        for index in result.indices { result[index] ^= key[index & 3] }
        return result
    }

    /// Reads the first frame of `bytes`; nil while it is not whole.
    package static func read(_ bytes: [UInt8]) -> (frame: WireFrame, count: Int)? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7F)
        var position = 2
        let extended = length == 126 ? 2 : length == 127 ? 8 : 0
        if extended > 0 {
            guard bytes.count >= position + extended else { return nil }
            length = bytes[position..<position + extended].reduce(0) { $0 << 8 | Int($1) }
            position += extended
        }
        let isMasked = bytes[1] & 0x80 != 0
        guard bytes.count >= position + (isMasked ? 4 : 0) + length else { return nil }
        let key = Array(bytes[position..<position + (isMasked ? 4 : 0)])
        position += key.count
        var payload = Array(bytes[position..<position + length])
        if isMasked { payload = Self.apply(key, to: payload) }
        var frame = WireFrame(bytes[0] & 0x0F, payload, isFinal: bytes[0] & 0x80 != 0, reserved: bytes[0] >> 4 & 7)
        frame.isMasked = isMasked
        return (frame, position + length)
    }
}

extension ScriptedPeer {
    /// Takes the next frame that was heard; nil while it is not whole.
    package func takeFrame() -> WireFrame? {
        guard let (frame, count) = WireFrame.read(self.received) else { return nil }
        _ = self.take(count)
        return frame
    }

    /// Takes the frames of one message, control frames left out, and joins them; nil while it is not whole.
    ///
    /// Nothing is taken unless the message is complete.
    package func takeMessage() -> WireFrame? {
        var rest = self.received
        var message: WireFrame?
        var taken = 0
        while let (frame, count) = WireFrame.read(rest) {
            rest.removeFirst(count)
            taken += count
            if frame.opcode >= 8 { continue }
            if message == nil { message = frame } else { message?.payload += frame.payload }
            guard frame.isFinal else { continue }
            _ = self.take(taken)
            message?.isFinal = true
            return message
        }
        return nil
    }
}
