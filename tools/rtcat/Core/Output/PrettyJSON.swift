// JSON laid out for reading. Only blanks are added and removed: names, numbers and strings stay as they were sent, their
// order and their escapes too, because what is shown must be what came.

/// Lays JSON out.
package enum PrettyJSON {
    /// Deeper nesting is not laid out.
    package static let depthLimit = 128

    /// The text laid out; nil when it is no JSON object or array as far as brackets and strings tell.
    package static func layOut(_ text: String) -> String? {
        var writer = Writer()
        for byte in text.utf8 {
            guard writer.take(byte) else { return nil }
        }
        return writer.finish()
    }

    private struct Writer {
        private var output: [UInt8] = []
        private var closers: [UInt8] = []
        private var isInString = false
        private var isEscaped = false
        /// An opening bracket was written and nothing after it yet.
        private var isAfterOpening = false
        private var isComplete = false

        mutating func take(_ byte: UInt8) -> Bool {
            if self.isInString {
                self.takeInString(byte)
                return true
            }
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { return true }
            guard !self.isComplete else { return false }
            switch byte {
            case UInt8(ascii: "{"): return self.open(byte, closer: UInt8(ascii: "}"))
            case UInt8(ascii: "["): return self.open(byte, closer: UInt8(ascii: "]"))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): return self.close(byte)
            default: break
            }
            guard !self.closers.isEmpty else { return false }
            switch byte {
            case UInt8(ascii: ","):
                guard !self.isAfterOpening else { return false }
                self.output.append(byte)
                self.breakLine()
            case UInt8(ascii: ":"):
                self.output += [byte, 0x20]
            case 0x00...0x1F:
                return false
            default:
                self.beginValue()
                self.output.append(byte)
                self.isInString = byte == UInt8(ascii: "\"")
            }
            return true
        }

        mutating func finish() -> String? {
            self.isComplete ? String(decoding: self.output, as: UTF8.self) : nil
        }

        private mutating func takeInString(_ byte: UInt8) {
            self.output.append(byte)
            if self.isEscaped {
                self.isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                self.isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                self.isInString = false
            }
        }

        private mutating func open(_ byte: UInt8, closer: UInt8) -> Bool {
            guard self.closers.count < PrettyJSON.depthLimit else { return false }
            self.beginValue()
            self.output.append(byte)
            self.closers.append(closer)
            self.isAfterOpening = true
            return true
        }

        private mutating func close(_ byte: UInt8) -> Bool {
            guard self.closers.popLast() == byte else { return false }
            if self.isAfterOpening {
                self.isAfterOpening = false
            } else {
                self.breakLine()
            }
            self.output.append(byte)
            self.isComplete = self.closers.isEmpty
            return true
        }

        private mutating func beginValue() {
            guard self.isAfterOpening else { return }
            self.isAfterOpening = false
            self.breakLine()
        }

        private mutating func breakLine() {
            self.output.append(0x0A)
            self.output += [UInt8](repeating: 0x20, count: self.closers.count * 2)
        }
    }
}
