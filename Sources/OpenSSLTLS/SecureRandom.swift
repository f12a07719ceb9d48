// SecureRandom.swift: unpredictable bytes for keys, ids and masking keys.
//
// OpenSSL's generator (SP 800-90A, seeded by the kernel). A failure is thrown and never answered with weaker bytes.

import COpenSSL

/// Bytes nobody can predict.
package enum SecureRandom {
    /// The generator could not be seeded; nothing that needs a secret can go on.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package init() {}

        package var description: String {
            "the random generator of OpenSSL failed; check that the kernel's random source is readable"
        }
    }

    /// Returns `count` fresh bytes; none for a negative count.
    package static func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = unsafe bytes.withUnsafeMutableBytes { unsafe lw_random($0.baseAddress, $0.count) }
        guard filled == 1 else { throw Failure() }
        return bytes
    }

    /// Fills borrowed memory with fresh bytes.
    package static func fill(_ bytes: UnsafeMutableRawBufferPointer) throws(Failure) {
        guard unsafe lw_random(bytes.baseAddress, bytes.count) == 1 else { throw Failure() }
    }
}

/// Fresh 32-bit words from a block drawn in one go, because a draw costs far more than a word.
///
/// RFC 6455 §5.3 wants a new masking key for each frame, from a strong source. A pool belongs to one loop. Words are
/// wiped as they are handed out, so that memory read later tells nothing about keys already used.
package struct RandomWordPool: ~Copyable {
    package static let wordsPerDraw = 1024

    private var words: [UInt32] = []

    package init() {}

    package mutating func next() throws(SecureRandom.Failure) -> UInt32 {
        if self.words.isEmpty { try self.draw() }
        let last = self.words.count - 1
        let word = self.words[last]
        self.words[last] = 0
        self.words.removeLast()
        return word
    }

    private mutating func draw() throws(SecureRandom.Failure) {
        self.words.append(contentsOf: repeatElement(0, count: Self.wordsPerDraw))
        let filled = unsafe self.words.withUnsafeMutableBytes { unsafe lw_random($0.baseAddress, $0.count) }
        guard filled == 1 else {
            self.words.removeAll(keepingCapacity: true)
            throw SecureRandom.Failure()
        }
    }
}
