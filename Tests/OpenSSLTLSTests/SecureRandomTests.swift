// Checks lengths and that two draws differ; the quality of the bytes is OpenSSL's affair.

import OpenSSLTLS
import Testing

struct SecureRandomTests {
    @Test(arguments: [0, 1, 31, 32, 4096])
    func givesAsManyBytesAsAskedFor(count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
    }

    @Test func givesNothingForANegativeCount() throws {
        #expect(try SecureRandom.bytes(-1).isEmpty)
    }

    @Test func neverGivesTheSameBytesTwice() throws {
        #expect(try SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }

    @Test func fillsTheWholeBlock() throws {
        // One draw of 4 KiB leaves an eight-byte stretch of zeros with a chance below 2^-50.
        var block = [UInt8](repeating: 0, count: 4096)
        try unsafe block.withUnsafeMutableBytes { try unsafe SecureRandom.fill($0) }
        for start in stride(from: 0, to: block.count, by: 8) {
            #expect(block[start..<start + 8].contains { $0 != 0 })
        }
    }
}
