// RFC 7914 §2: which costs there are; and which are too much to be asked for by whoever writes the store.

import OpenSSLTLS
import Testing

@Suite("Scrypt parameters")
struct ScryptParametersTests {
    @Test(arguments: [(0, 8, 1), (1, 8, 1), (3, 8, 1), (1 << 15, 0, 1), (1 << 15, 8, 0)] as [(UInt64, UInt64, UInt64)])
    func whatIsNoCostIsRefused(_ cost: UInt64, _ blockSize: UInt64, _ parallelization: UInt64) {
        #expect(ScryptParameters(cost: cost, blockSize: blockSize, parallelization: parallelization) == nil)
    }

    /// The third takes 1 GiB, as the fourth vector of RFC 7914 §12 does.
    @Test(
        arguments: [
            (1 << 63, 1 << 63, 2), (2, UInt64.max, UInt64.max), (1 << 20, 8, 1), (2, 1, 1 << 40), (1 << 18, 8, 1),
        ] as [(UInt64, UInt64, UInt64)]
    )
    func whatCostsTooMuchIsRefused(_ cost: UInt64, _ blockSize: UInt64, _ parallelization: UInt64) {
        #expect(ScryptParameters(cost: cost, blockSize: blockSize, parallelization: parallelization) == nil)
    }

    @Test func theStandardIsWithinItsOwnBounds() {
        let standard = ScryptParameters.standard
        #expect(
            ScryptParameters(
                cost: standard.cost,
                blockSize: standard.blockSize,
                parallelization: standard.parallelization
            ) == standard
        )
        #expect(standard.cost >= 1 << 15 && standard.blockSize == 8)
    }
}
