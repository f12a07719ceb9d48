// Frames as bytes, written for the tests after RFC 6455 §5.2 and independent of the code under test, so that they can
// also be wrong on purpose.

import WebSocketFraming

/// A frame to be put on the wire, legal or not.
struct WireFrame {
    /// How the length is written.
    enum LengthForm {
        case shortest
        case sixteen
        case sixtyFour
    }

    var final = true
    var rsv: UInt8 = 0
    var opcode: UInt8
    var payload: [UInt8] = []
    var key: [UInt8]?
    var form = LengthForm.shortest
    /// A length that is not the payload's.
    var claimedLength: UInt64?

    var bytes: [UInt8] {
        var bytes: [UInt8] = [(self.final ? 0x80 : 0) | self.rsv << 4 | self.opcode]
        let length = self.claimedLength ?? UInt64(self.payload.count)
        let mask: UInt8 = self.key == nil ? 0 : 0x80
        switch self.form {
        case .shortest where length <= 125:
            bytes.append(mask | UInt8(length))
        case .shortest where length <= 0xFFFF, .sixteen:
            bytes.append(mask | 126)
            bytes += [UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
        case .shortest, .sixtyFour:
            bytes.append(mask | 127)
            bytes += (0..<8).map { UInt8(length >> UInt64(56 - 8 * $0) & 0xFF) }
        }
        guard let key else { return bytes + self.payload }
        return bytes + key + self.payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    /// A frame that a peer of `role` may receive: masked for a server, plain for a client.
    static func toward(
        _ role: Role,
        _ opcode: UInt8,
        _ payload: [UInt8] = [],
        final: Bool = true,
        rsv: UInt8 = 0
    ) -> WireFrame {
        WireFrame(final: final, rsv: rsv, opcode: opcode, payload: payload, key: role == .server ? sampleKey : nil)
    }

    static func text(_ role: Role, _ text: String, final: Bool = true) -> [UInt8] {
        self.toward(role, 1, Array(text.utf8), final: final).bytes
    }

    static func continuation(_ role: Role, _ payload: [UInt8], final: Bool) -> [UInt8] {
        self.toward(role, 0, payload, final: final).bytes
    }

    static func close(_ role: Role, _ code: UInt16, _ reason: String = "") -> [UInt8] {
        self.toward(role, 8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)).bytes
    }
}

/// Four different bytes, so that a wrong phase shows.
let sampleKey: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

/// The same key as `Masking` holds it.
let sampleKeyWord: UInt32 = 0x3D21_FA37
