// JSON as a value (RFC 8259): what comes in is read or refused, what goes out is exact.

import Testing

@testable import Console

@Suite struct JSONTests {
    @Test("values of every kind come through")
    func reading() throws {
        let text = #"{"a":[1,-2,2.5,true,false,null,"x\u00e9\ud83d\ude00"],"b":{"c":{}},"big":9223372036854775807}"#
        let value = try #require(JSON(Array(text.utf8)))
        #expect(value["a"] == [1, -2, .number(2.5), true, false, nil, "xé😀"])
        #expect(value["b"] == ["c": .object([])])
        #expect(value["big"]?.whole == .max)
        #expect(JSON(value.bytes) == value)
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", "{", "{\"a\":}", "[1,]", "nul", "\"\\ud800\"", "1e999", "{} {}", "1,2", "{\"a\":1,\"a\":2}",
            "{\"a\":1,}",
        ]
    )
    func malformed(text: String) {
        #expect(JSON(Array(text.utf8)) == nil)
    }

    @Test("bytes that are not UTF-8, and depths without end, are refused and do not trap")
    func hostile() {
        #expect(JSON([0x22, 0xFF, 0x22]) == nil)
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 65_536)
        #expect(JSON(deep) == nil)
        #expect(JSON(deep + [UInt8](repeating: UInt8(ascii: "]"), count: 65_536)) == nil)
    }

    @Test(
        "money is written exactly",
        arguments: [(0, "0"), (1, "0.000001"), (1_500_000, "1.5"), (-20, "-0.00002"), (.max, "9223372036854.775807")]
    )
    func money(amount: Int64, text: String) {
        #expect(String(decoding: JSON.usd(amount).bytes, as: UTF8.self) == text)
    }

    @Test("money is read to the nearest millionth")
    func readingMoney() {
        #expect(JSON.integer(5).microUSD == 5_000_000)
        #expect(JSON.number(0.1).microUSD == 100_000)
        #expect(JSON.number(0.000_000_4).microUSD == 0)
        #expect(JSON.integer(.max).microUSD == nil)
        #expect(JSON.number(1e300).microUSD == nil)
        #expect(JSON.string("5").microUSD == nil)
    }

    @Test("a number that is whole counts as whole, however it was written")
    func wholeNumbers() {
        #expect(JSON(Array("5.0".utf8))?.whole == 5)
        #expect(JSON.number(5.5).whole == nil)
        #expect(JSON.string("5").whole == nil)
    }

    @Test("what would break a line or a string is escaped")
    func escaping() {
        #expect(String(decoding: JSON.string("a\"\\\n\u{1}").bytes, as: UTF8.self) == #""a\"\\\n\u0001""#)
        #expect(String(decoding: JSON.number(.infinity).bytes, as: UTF8.self) == "null")
    }
}
