// Prices are read and printed exactly.

import SessionCore
import Testing

@Suite("Pricing")
struct PricingTests {
    @Test(
        arguments: [
            ("0.004", 4_000_000), ("0.0004", 400_000), ("0", 0), ("1", 1_000_000_000), ("0.000000001", 1),
            ("999.999999999", 999_999_999_999), ("0.10", 100_000_000),
        ] as [(String, Int64)]
    )
    func readsDollarsPerThousand(_ text: String, _ expected: Int64) {
        #expect(TokenPrice(usdPerThousand: text)?.picodollarsPerToken == expected)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "-1", "+1", "1e-3", "1,5", "0.0000000001", "1000", "NaN", "1.2.3", " 1", "٣",
    ])
    func refuses(_ text: String) {
        #expect(TokenPrice(usdPerThousand: text) == nil)
    }

    @Test(arguments: ["0.004", "0.0004", "0", "1", "0.000000001", "999.999999999", "12.5"])
    func printsTheShortestDecimal(_ text: String) {
        #expect(TokenPrice(usdPerThousand: text)?.usdPerThousand == text)
    }

    @Test func listsWhatHasAPrice() throws {
        let price = try #require(TokenPrice(usdPerThousand: "0.5"))
        let listing = Pricing([.output: price, .input: price]).listing
        #expect(listing.map(\.name) == ["input", "output"])
        #expect(listing.map(\.usdPerThousand) == ["0.5", "0.5"])
    }
}
