// Durations, sizes and dollars as people write them.

import Gateway
import Testing

@Suite("Quantity text")
struct QuantityTextTests {
    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("5s", .seconds(5)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
            ("30d", .seconds(2_592_000)), ("0s", .zero), ("0", .zero), ("3650d", .seconds(315_360_000)),
        ] as [(String, Duration)]
    )
    func readsDurations(_ text: String, _ expected: Duration) {
        #expect(QuantityText.duration(text) == expected)
    }

    @Test(arguments: [
        "", "5", "s", "5 s", "5sec", "-5s", "+5s", "1.5s", "5S", "1h30m", "٥s", "3651d", "315360001s",
        "9223372036854775807s", "99999999999999999999s", "999999999999999d", " 5s", "5s ", "0x5s",
    ])
    func refusesDurations(_ text: String) {
        #expect(QuantityText.duration(text) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("1000", 1_000), ("7B", 7), ("16KiB", 16_384), ("32MiB", 33_554_432), ("1GiB", 1_073_741_824),
        ("1024GiB", 1 << 40),
    ])
    func readsSizes(_ text: String, _ expected: Int) {
        #expect(QuantityText.bytes(text) == expected)
    }

    @Test(arguments: [
        "", "KiB", "16 KiB", "16KB", "16kib", "-1", "1.5MiB", "1025GiB", "999999999999999GiB", "99999999999999999999",
    ])
    func refusesSizes(_ text: String) {
        #expect(QuantityText.bytes(text) == nil)
    }

    @Test(
        arguments: [
            ("5", 5_000_000), ("0.000001", 1), ("12.50", 12_500_000), ("0", 0), ("999999999", 999_999_999_000_000),
        ] as [(String, Int64)]
    )
    func readsDollars(_ text: String, _ expected: Int64) {
        #expect(QuantityText.microUSD(text) == expected)
    }

    @Test(arguments: ["", ".", "5.", ".5", "-5", "$5", "1e3", "0.0000001", "1000000000", "1.2.3", "5,0"])
    func refusesDollars(_ text: String) {
        #expect(QuantityText.microUSD(text) == nil)
    }
}
