// Every class at its price, the fall-backs of classes without one, and numbers that no provider should tell.

import SessionCore
import Testing

@Suite("Pricing+Cost")
struct PricingCostTests {
    private func pricing(_ prices: [Pricing.Kind: String]) -> Pricing {
        Pricing(prices.compactMapValues { TokenPrice(usdPerThousand: $0) })
    }

    private func counts(_ fill: (inout TokenCounts) -> Void) -> TokenCounts {
        var counts = TokenCounts()
        fill(&counts)
        return counts
    }

    /// The usage of protocol: realtime §7, priced as gpt-realtime was in 2025.
    @Test func aTurnOfAllClasses() {
        let pricing = pricing([
            .input: "0.004", .cachedInput: "0.0004", .output: "0.016", .audioInput: "0.032",
            .cachedAudioInput: "0.0004", .audioOutput: "0.064", .imageInput: "0.005", .cachedImageInput: "0.0005",
        ])
        let tokens = counts {
            $0.inputText = 119
            $0.inputAudio = 13
            $0.inputImage = 10
            $0.cachedText = 64
            $0.cachedAudio = 3
            $0.cachedImage = 4
            $0.outputText = 30
            $0.outputAudio = 91
        }
        // 55×4 + 64×0.4 + 10×32 + 3×0.4 + 6×5 + 4×0.5 + 30×16 + 91×64 = 6902.8 microdollars, rounded up.
        #expect(pricing.costMicroUSD(tokens) == 6_903)
    }

    @Test(
        "a class without a price counts as its neighbour",
        arguments: [
            ([.input: "1"], 6_000, "all input as text"),
            ([.input: "1", .cachedInput: "0.5"], 4_500, "cached audio and image as cached text"),
            ([.input: "1", .cachedInput: "0.5", .audioInput: "2"], 7_000, "cached audio as audio"),
            ([.input: "1", .cachedInput: "0.5", .audioInput: "2", .cachedAudioInput: "0.25"], 5_250, "its own"),
            ([.input: "1", .cachedInput: "0.5", .imageInput: "3"], 9_000, "cached image as image"),
            ([.cachedInput: "0.5"], 1_500, "only cached"),
            ([.output: "1"], 0, "no output was made"),
            ([:], 0, "no price at all"),
        ] as [([Pricing.Kind: String], Int64, String)]
    )
    func fallBacks(_ prices: [Pricing.Kind: String], _ thousandths: Int64, _ what: String) {
        let tokens = counts {
            $0.inputText = 2
            $0.inputAudio = 2
            $0.inputImage = 2
            $0.cachedText = 1
            $0.cachedAudio = 1
            $0.cachedImage = 1
        }
        #expect(pricing(prices).costMicroUSD(tokens) == thousandths, "\(what)")
    }

    @Test func outputAudioFallsBackOnText() {
        let tokens = counts { $0.outputAudio = 3 }
        #expect(pricing([.output: "1"]).costMicroUSD(tokens) == 3_000)
        #expect(pricing([.output: "1", .audioOutput: "2"]).costMicroUSD(tokens) == 6_000)
    }

    @Test(arguments: [(60_000, 6_000), (1_900, 190), (1, 1), (0, 0), (90_000, 9_000)] as [(Int, Int64)])
    func audioByTheMinute(milliseconds: Int, microdollars: Int64) {
        let tokens = counts { $0.audioMilliseconds = milliseconds }
        #expect(pricing([.audioMinute: "0.006", .input: "1"]).costMicroUSD(tokens) == microdollars)
        #expect(pricing([.input: "1"]).costMicroUSD(tokens) == 0)
    }

    @Test func roundsUpOnce() {
        let tiny = pricing([.input: "0.000000001", .output: "0.000000001"])
        #expect(tiny.costMicroUSD(counts { $0.inputText = 1 }) == 1)
        #expect(
            tiny.costMicroUSD(
                counts {
                    $0.inputText = 500_000
                    $0.outputText = 500_000
                }
            ) == 1
        )
        #expect(
            tiny.costMicroUSD(
                counts {
                    $0.inputText = 500_000
                    $0.outputText = 500_001
                }
            ) == 2
        )
    }

    @Test func hostileNumbersNeitherTrapNorPayBack() {
        let dear = pricing([.input: "999.999999999", .output: "999.999999999", .audioMinute: "999"])
        let huge = counts {
            $0.inputText = .max
            $0.inputAudio = .max
            $0.inputImage = .max
            $0.outputText = .max
            $0.outputAudio = .max
            $0.audioMilliseconds = .max
        }
        #expect(dear.costMicroUSD(huge) == .max)
        let negative = counts {
            $0.inputText = -5
            $0.cachedText = .max
            $0.outputText = .min
            $0.audioMilliseconds = -1
        }
        #expect(dear.costMicroUSD(negative) == 0)
        let moreCachedThanThereIs = counts {
            $0.inputText = 2
            $0.cachedText = 9
        }
        #expect(pricing([.input: "1", .cachedInput: "0.5"]).costMicroUSD(moreCachedThanThereIs) == 1_000)
    }
}
