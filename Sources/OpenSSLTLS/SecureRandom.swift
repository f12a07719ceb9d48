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
