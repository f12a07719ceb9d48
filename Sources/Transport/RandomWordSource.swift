// Each client frame needs a fresh masking key from a strong source of entropy (RFC 6455 §5.3), each handshake a nonce
// (§4.1), each session a name. One system call for each would cost more than a frame, so words are drawn from a block of
// random bytes that is renewed when used up.

private import OpenSSLTLS

/// A supply of words that nobody can foresee.
///
/// It belongs to one loop. Words are wiped as they are handed out, so that memory read later tells nothing about keys already
/// used. One is taken for each message to an upstream: hence a class, which need not be held to be asked.
final class RandomWordSource {
    private var words = InlineArray<1024, UInt32>(repeating: 0)
    private var left = 0

    /// Takes the next word; each is used once.
    @inline(__always)
    func next() -> UInt32 {
        if self.left == 0, !self.draw() {
            // The system generator behind `UInt32.random` is as strong; it is only slower.
            return UInt32.random(in: .min ... .max)
        }
        self.left &-= 1
        let word = self.words[self.left]
        self.words[self.left] = 0
        return word
    }

    @inline(never)
    private func draw() -> Bool {
        let isFilled: Void? = try? unsafe withUnsafeMutableBytes(of: &self.words) { try unsafe SecureRandom.fill($0) }
        guard isFilled != nil else { return false }
        self.left = self.words.count
        return true
    }
}
