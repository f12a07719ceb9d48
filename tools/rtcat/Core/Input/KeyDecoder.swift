// Bytes of a terminal to keys: UTF-8, control characters, and the escape sequences of ECMA-48 §5.4 as xterm sends them.
//
// Input comes in pieces of any size: a sequence cut in two is completed by the next piece. An escape on its own cannot be
// told from the beginning of a sequence until the next byte comes, so it waits; nothing is bound to it.

/// Turns what a terminal sends into keys.
package struct KeyDecoder: Sendable {
    /// Bytes of a control sequence; a longer one is dropped.
    package static let sequenceLimit = 32

    private enum State {
        case ground
        case escape
        case controlSequence([UInt8])
        case singleShift
        /// The first bytes of a character, and how many are still to come.
        case character([UInt8], missing: Int)
    }

    private var state = State.ground

    package init() {}

    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
        var keys: [Key] = []
        for byte in bytes {
            if let key = self.take(byte) { keys.append(key) }
        }
        return keys
    }

    private mutating func take(_ byte: UInt8) -> Key? {
        switch self.state {
        case .ground:
            return self.ground(byte)
        case .escape:
            return self.afterEscape(byte)
        case .controlSequence(let before):
            return self.controlSequence(before, byte)
        case .singleShift:
            self.state = .ground
            return Self.finalKey(byte, parameters: [])
        case .character(let before, let missing):
            guard byte & 0xC0 == 0x80 else {
                // A character that was cut off; the byte may begin something new.
                self.state = .ground
                return self.ground(byte)
            }
            let bytes = before + [byte]
            guard missing == 1 else {
                self.state = .character(bytes, missing: missing - 1)
                return nil
            }
            self.state = .ground
            guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else { return nil }
            return .character(character)
        }
    }

    private mutating func ground(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x1B:
            self.state = .escape
            return nil
        case 0x0D, 0x0A: return .enter
        case 0x09: return .tab
        case 0x7F, 0x08: return .backspace
        case 0x01...0x1A: return .control(Character(UnicodeScalar(byte + 0x60)))
        case 0x00, 0x1C...0x1F: return .unknown
        case 0x20...0x7E: return .character(Character(UnicodeScalar(byte)))
        case 0xC2...0xDF: self.state = .character([byte], missing: 1)
        case 0xE0...0xEF: self.state = .character([byte], missing: 2)
        case 0xF0...0xF4: self.state = .character([byte], missing: 3)
        default: break
        }
        return nil
    }

    private mutating func afterEscape(_ byte: UInt8) -> Key? {
        self.state = .ground
        switch byte {
        case UInt8(ascii: "["):
            self.state = .controlSequence([])
            return nil
        case UInt8(ascii: "O"):
            self.state = .singleShift
            return nil
        case 0x1B:
            self.state = .escape
            return nil
        case 0x7F, 0x08:
            return .control("w")
        case 0x21...0x7E:
            return .alt(Character(Character(UnicodeScalar(byte)).lowercased()))
        default:
            return .unknown
        }
    }

    private mutating func controlSequence(_ before: [UInt8], _ byte: UInt8) -> Key? {
        switch byte {
        case 0x20...0x3F:
            guard before.count < Self.sequenceLimit else {
                self.state = .ground
                return .unknown
            }
            self.state = .controlSequence(before + [byte])
            return nil
        case 0x40...0x7E:
            self.state = .ground
            let fields = before.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            return Self.finalKey(byte, parameters: fields.map { UInt16(String(decoding: $0, as: UTF8.self)) ?? 0 })
        default:
            self.state = .ground
            return self.ground(byte)
        }
    }

    /// What a sequence's last byte means; a second parameter of 3 or more says that Alt or Ctrl was held.
    private static func finalKey(_ byte: UInt8, parameters: [UInt16]) -> Key {
        let isModified = parameters.count > 1 && parameters[1] >= 3
        switch byte {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return isModified ? .wordRight : .right
        case UInt8(ascii: "D"): return isModified ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "~"):
            switch parameters.first {
            case 1, 7: return .home
            case 4, 8: return .end
            case 3: return .delete
            case 200: return .pasteBegin
            case 201: return .pasteEnd
            default: return .unknown
            }
        default: return .unknown
        }
    }
}
