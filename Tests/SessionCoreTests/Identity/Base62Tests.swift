// Digits that are all equally likely, ids that say what they name.

import SessionCore
import Testing

@Suite("Base 62")
struct Base62Tests {
    @Test func encodesMostSignificantDigitFirst() {
        #expect(Base62.encode(0, width: 6) == "000000")
        #expect(Base62.encode(61, width: 2) == "0z")
        #expect(Base62.encode(62, width: 2) == "10")
        #expect(Base62.encode(.max, width: 6) == "4gfFC3")
    }

    @Test func refusesBytesThatWouldFavourTheFirstDigits() throws {
        let bytes: [UInt8] = [255, 248, 247, 0, 61, 62, 250, 124]
        let text = try Base62.random(count: 4) { _ in bytes }
        #expect(text == "z0z0")
    }

    @Test func asksAgainWhenTooFewBytesWereUsable() throws {
        var calls = 0
        let text = try Base62.random(count: 3) { count in
            calls += 1
            return [UInt8](repeating: 255, count: count - 1) + [UInt8(calls)]
        }
        #expect(text == "123")
    }

    @Test func givesUpOnASourceThatNeverHelps() {
        #expect(throws: Base62.RandomnessExhausted.self) {
            try Base62.random(count: 3) { [UInt8](repeating: 255, count: $0) }
        }
    }

    @Test func idsCarryTheirKindAndTwentyDigits() throws {
        for (id, prefix) in [
            (try Identifier.key(), "key_"), (try Identifier.session(), "sess_"), (try Identifier.request(), "req_"),
        ] {
            #expect(id.hasPrefix(prefix))
            #expect(id.dropFirst(prefix.count).utf8.count == 20)
            #expect(id.dropFirst(prefix.count).utf8.allSatisfy(Base62.isDigit))
        }
        #expect(try Identifier.key() != Identifier.key())
    }
}
