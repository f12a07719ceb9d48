// RFC 6455 §5.3: each client frame needs a fresh key from a strong source of entropy. One system call a frame would
// cost more than the frame, so keys are drawn from a block of random bytes that is renewed when used up.

private import OpenSSLTLS

/// A supply of masking keys.
struct MaskingKeySource: ~Copyable {
    private var words = RandomWordPool()

    /// Takes the next key; each is used once.
    mutating func next() -> UInt32 {
        // The system generator behind `UInt32.random` is as strong; it is only slower.
        (try? self.words.next()) ?? UInt32.random(in: .min ... .max)
    }
}
