// RFC 6455 §5.3: each client frame needs a fresh key from a strong source of entropy. One system call a frame would
// cost more than the frame, so keys are drawn from a block of random bytes that is renewed when used up.

private import OpenSSLTLS

/// A supply of masking keys.
struct MaskingKeySource {
    /// Keys drawn from the random source at a time.
    private static let batch = 1024

    private var keys: [UInt32] = []

    /// Takes the next key; each is used once.
    mutating func next() -> UInt32 {
        if self.keys.isEmpty {
            self.refill()
        }
        return self.keys.popLast() ?? UInt32.random(in: .min ... .max)
    }

    private mutating func refill() {
        guard let bytes = try? SecureRandom.bytes(Self.batch * 4) else {
            // The system generator behind `UInt32.random` is as strong; it is only slower.
            self.keys = (0..<Self.batch).map { _ in UInt32.random(in: .min ... .max) }
            return
        }
        self.keys.reserveCapacity(Self.batch)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            let key = bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            self.keys.append(key)
        }
    }
}
