// The look of keys: recognisable, checksummed, fit for a subprotocol, never printed.

import OpenSSLTLS
import SessionCore
import Testing

@Suite("Key format")
struct KeyFormatTests {
    @Test func madeKeysAreWellFormedAndUnlike() throws {
        let one = try KeyFormat.make()
        let other = try KeyFormat.make()
        #expect(KeyFormat.isWellFormed(one.text))
        #expect(one.text.utf8.count == KeyFormat.length && KeyFormat.length == 44)
        #expect(one.text != other.text)
    }

    @Test func theSameRandomnessGivesTheSameKey() throws {
        let key = try KeyFormat.make { [UInt8](repeating: 10, count: $0) }
        #expect(key.text.hasPrefix("sk-lw-" + String(repeating: "A", count: 32)))
        #expect(key.displayPrefix == "sk-lw-AAAA…")
        #expect(key.digest == SHA256Digest(hashing: Array(key.text.utf8)))
    }

    /// A key travels as `Sec-WebSocket-Protocol` (RFC 6455 §4.1), whose elements are tokens (RFC 9110 §5.6.2).
    @Test func consistsOfTokenCharacters() throws {
        let token = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        #expect(try KeyFormat.make().text.utf8.allSatisfy(token.contains))
    }

    @Test func everyTypoInOneDigitIsFound() throws {
        let key = try KeyFormat.make { count in (0..<count).map { UInt8($0 * 7 % 248) } }
        let bytes = Array(key.text.utf8)
        for index in bytes.indices {
            for replacement in "0Zz-".utf8 where bytes[index] != replacement {
                var typo = bytes
                typo[index] = replacement
                #expect(!KeyFormat.isWellFormed(String(decoding: typo, as: UTF8.self)), "position \(index)")
            }
        }
    }

    @Test func everyOtherLengthIsRefused() throws {
        let text = try KeyFormat.make().text
        for length in 0..<text.count { #expect(!KeyFormat.isWellFormed(String(text.prefix(length)))) }
        #expect(!KeyFormat.isWellFormed(text + "0"))
        #expect(!KeyFormat.isWellFormed(" " + text))
        #expect(!KeyFormat.isWellFormed(String(repeating: text, count: 2_000)))
    }

    @Test(arguments: ["", "sk-lw-", "' OR 1=1", "sk-proj-abc", "ключ", "sk-lw-\u{0}", "\u{301}sk-lw-"])
    func strangersAreNoKeys(_ text: String) {
        #expect(!KeyFormat.isWellFormed(text))
    }

    @Test func onlyTheDisplayPrefixIsEverPrinted() throws {
        let key = try KeyFormat.make()
        var dumped = ""
        dump(key, to: &dumped)
        for shown in ["\(key)", String(reflecting: key), dumped, "\([key])"] {
            #expect(!shown.contains(key.text))
            #expect(shown.contains(key.displayPrefix))
        }
        #expect(KeyFormat.displayPrefix("somebody else's secret") == "…")
        #expect(KeyFormat.displayPrefix("sk-lw-abcd") == "…")
    }
}
