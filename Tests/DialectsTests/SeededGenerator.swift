// Noise that is the same in every run.

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Changes, drops, doubles or inserts a few bytes; inserted ones come from `spice`.
    mutating func mutate(_ bytes: [UInt8], spice: String) -> [UInt8] {
        let spice = Array(spice.utf8)
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let index = Int.random(in: 0...result.count, using: &self)
            let byte = spice.randomElement(using: &self) ?? 0
            switch Int.random(in: 0..<4, using: &self) {
            case 0 where index < result.count: result[index] = byte
            case 1 where index < result.count: result.remove(at: index)
            case 2 where index < result.count: result.insert(result[index], at: index)
            default: result.insert(byte, at: index)
            }
        }
        return result
    }
}

/// Cuts bytes into pieces of at most this size.
func pieces(_ bytes: [UInt8], size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: max(size, 1)).map { bytes[$0..<min($0 + max(size, 1), bytes.count)] }
}
