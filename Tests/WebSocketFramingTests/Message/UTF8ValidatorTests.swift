// RFC 3629 §4, RFC 6455 §8.1; robustness rows C10 and C11, Autobahn 6.*.

import Testing
import WebSocketFraming

struct UTF8ValidatorTests {
    /// The index of the first byte that is refused, feeding one byte at a time; nil when none is.
    static func firstBadByte(_ bytes: [UInt8]) -> Int? {
        var validator = UTF8Validator()
        for (index, byte) in bytes.enumerated() {
            let one = [byte]
            if !validator.consume(one.span) { return index }
        }
        return nil
    }

    static func isValid(_ bytes: [UInt8]) -> Bool { UTF8Validator.isValid(bytes.span) }

    /// Every scalar value there is, whole and bytewise.
    @Test func acceptsEveryScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), let bytes = UTF8.encode(scalar).map(Array.init) else { continue }
            // Padding behind lets the path for whole sequences see it too.
            guard Self.isValid(bytes), Self.isValid(bytes + [0x20, 0x20, 0x20]) else {
                Issue.record("refused U+\(String(value, radix: 16))")
                return
            }
        }
    }

    /// All sequences of up to two bytes, and all four-byte ones over a telling alphabet, against the standard library.
    @Test func agreesWithTheStandardLibrary() {
        let telling: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
            0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF,
        ]
        var differences = 0
        for first in telling {
            for second in telling {
                for third in telling {
                    for fourth in telling {
                        let bytes = [first, second, third, fourth]
                        let reference = String(validating: bytes, as: UTF8.self) != nil
                        if Self.isValid(bytes) != reference { differences += 1 }
                        if Self.isValid(bytes + [0x20, 0x20, 0x20, 0x20]) != reference { differences += 1 }
                    }
                }
            }
        }
        for first in UInt8(0)...255 {
            for second in UInt8(0)...255 {
                let reference = String(validating: [first, second], as: UTF8.self) != nil
                if Self.isValid([first, second]) != reference { differences += 1 }
            }
        }
        #expect(differences == 0)
    }

    /// C10, Autobahn 6.4: refused at the byte that makes it hopeless.
    @Test(
        arguments: [
            ([0x80], 0),  // a continuation first
            ([0xC0, 0xAF], 0), ([0xC1, 0xBF], 0),  // two bytes for ASCII
            ([0xE0, 0x80, 0xAF], 1), ([0xE0, 0x9F, 0xBF], 1),  // three where two do
            ([0xF0, 0x80, 0x80, 0xAF], 1), ([0xF0, 0x8F, 0xBF, 0xBF], 1),  // four where three do
            ([0xED, 0xA0, 0x80], 1), ([0xED, 0xBF, 0xBF], 1),  // surrogates
            ([0xF4, 0x90, 0x80, 0x80], 1), ([0xF5], 0), ([0xFF], 0), ([0xFE], 0),  // beyond Unicode
            ([0xE2, 0x82, 0x41], 2), ([0xF0, 0x9F, 0x98, 0x20], 3), ([0xC3, 0xC3], 1),  // cut short
        ] as [([UInt8], Int)]
    )
    func failsAtTheBadByte(_ bytes: [UInt8], _ index: Int) {
        #expect(Self.firstBadByte(bytes) == index)
        #expect(!Self.isValid(bytes))
        // At every place around the vector widths, and with ASCII behind.
        for padding in 0...70 {
            let prefix = [UInt8](repeating: 0x61, count: padding)
            #expect(Self.firstBadByte(prefix + bytes) == padding + index)
            #expect(!Self.isValid(prefix + bytes + prefix))
        }
    }

    @Test(arguments: [[0xC3], [0xE2], [0xE2, 0x82], [0xF0], [0xF0, 0x9F], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func knowsThatACharacterIsUnfinished(_ bytes: [UInt8]) {
        var validator = UTF8Validator()
        #expect(validator.isComplete)
        #expect(validator.consume(bytes.span) == true)
        #expect(!validator.isComplete)
        #expect(!Self.isValid(bytes))
    }

    /// C11.
    @Test func splitsAnywhere() {
        let text = Array("Hello µ@ßöäüàá-UTF-8!! κόσμε 日本語テキスト 🙂🙃 plain ascii that is long enough for vectors 😀".utf8)
        for first in 0...text.count {
            for second in stride(from: first, through: text.count, by: 3) {
                var validator = UTF8Validator()
                #expect(validator.consume(text.span.extracting(0..<first)) == true)
                #expect(validator.consume(text.span.extracting(first..<second)) == true)
                #expect(validator.consume(text.span.extracting(second..<text.count)) == true)
                #expect(validator.isComplete)
            }
        }
    }

    @Test func emptyIsValid() {
        #expect(Self.isValid([]))
    }

    /// A bad byte at each place of a long ASCII run: no vector step may pass over it.
    @Test func vectorsMissNothing() {
        for position in 0..<200 {
            var bytes = [UInt8](repeating: 0x7F, count: 200)
            #expect(Self.isValid(bytes))
            bytes[position] = 0x80
            #expect(!Self.isValid(bytes))
        }
    }
}
