// Each client frame needs a fresh masking key from a strong source of entropy (RFC 6455 §5.3), each handshake a nonce
// (§4.1), each session a name. One system call for each would cost more than a frame, so words are drawn from a block of
// random bytes that is renewed when used up.

private import OpenSSLTLS

/// A supply of words that nobody can foresee.
struct RandomWordSource: ~Copyable {
    private var words = RandomWordPool()

    /// Takes the next word; each is used once.
    mutating func next() -> UInt32 {
        // The system generator behind `UInt32.random` is as strong; it is only slower.
        (try? self.words.next()) ?? UInt32.random(in: .min ... .max)
    }
}
