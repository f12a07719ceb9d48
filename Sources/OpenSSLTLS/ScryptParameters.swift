// ScryptParameters.swift: what a derivation costs (RFC 7914 §2), and how a password's hash is written down.
//
// The text is `scrypt$N$r$p$salt$hash`, salt and hash in base64. Whoever can write the store could ask for any cost, so
// what is read is bounded as well.

/// Cost of one derivation: memory is 128 · N · r bytes, time grows with N · r · p.
package struct ScryptParameters: Sendable, Equatable {
    /// Bounds on what is read from a store.
    package enum Limits {
        package static let memoryBytes = 128 * 1024 * 1024
        /// Blocks mixed in all: N · r · p, some seconds of one core.
        package static let blocks = 16 * 1024 * 1024
        package static let saltBytes = 8...64
        package static let hashBytes = 16...64
    }

    /// A power of two.
    package let cost: UInt64
    package let blockSize: UInt64
    package let parallelization: UInt64

    /// 32 MiB and about a tenth of a second for each pass of three: what OWASP asks for at this amount of memory.
    package static let standard = Self(checkedCost: 1 << 15, blockSize: 8, parallelization: 3)

    /// Nil unless the costs are what RFC 7914 §2 allows and within `Limits`.
    package init?(cost: UInt64, blockSize: UInt64, parallelization: UInt64) {
        guard cost > 1, cost & (cost - 1) == 0, blockSize > 0, parallelization > 0 else { return nil }
        let (perBlock, first) = cost.multipliedReportingOverflow(by: blockSize)
        let (blocks, second) = perBlock.multipliedReportingOverflow(by: parallelization)
        guard !first, !second, blocks <= UInt64(Limits.blocks), perBlock <= UInt64(Limits.memoryBytes) / 128 else {
            return nil
        }
        self.init(checkedCost: cost, blockSize: blockSize, parallelization: parallelization)
    }

    private init(checkedCost cost: UInt64, blockSize: UInt64, parallelization: UInt64) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    /// Bytes OpenSSL may allocate: B, V and its own small change.
    var memoryBytes: UInt64 { 128 * self.blockSize * (self.cost + self.parallelization + 2) + 64 * 1024 }
}
