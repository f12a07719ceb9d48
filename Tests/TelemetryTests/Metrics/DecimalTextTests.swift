import Telemetry
import Testing

@Suite
struct DecimalTextTests {
    @Test(arguments: [
        (Int64(0), 6, "0"), (1, 6, "0.000001"), (1_234_567, 6, "1.234567"), (2_500_000, 6, "2.5"),
        (-1, 3, "-0.001"), (-1_500, 3, "-1.5"), (42, 0, "42"), (Int64.max, 18, "9.223372036854775807"),
        (Int64.min, 9, "-9223372036.854775808"),
    ])
    func pointsStandWhereTheyShould(value: Int64, decimals: Int, expected: String) {
        #expect(DecimalText.text(value, decimals: decimals) == expected)
    }
}
