// PasswordHash.swift: passwords kept as scrypt (RFC 7914) and compared without telling how far a guess matched.
//
// A derivation takes a tenth of a second and tens of MiB: `PasswordHasher` is what services call.

import COpenSSL

/// A password's hash with everything needed to check another one against it.
package struct PasswordHash: Sendable, Equatable {
    /// Why there is no hash.
    package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// OpenSSL had no memory for the derivation.
        case derivation
        /// The random generator failed.
        case randomness
        /// More derivations wait than may.
        case overloaded

        package var description: String {
            switch self {
            case .derivation: "OpenSSL could not derive the hash; check that there is memory left"
            case .randomness: SecureRandom.Failure().description
            case .overloaded: "too many passwords are being checked; try again shortly"
            }
        }
    }

    static let saltCount = 16
    static let hashCount = 32

    package let parameters: ScryptParameters
    let salt: [UInt8]
    let hash: [UInt8]

    /// Hashes a password with a fresh salt; blocks for as long as `parameters` say.
    package init(of password: String, parameters: ScryptParameters = .standard) throws(Failure) {
        let salt: [UInt8]
        do {
            salt = try SecureRandom.bytes(Self.saltCount)
        } catch {
            throw .randomness
        }
        self.parameters = parameters
        self.salt = salt
        self.hash = try Self.derive(password, salt: salt, parameters: parameters, count: Self.hashCount)
    }

    /// Reads `scrypt$N$r$p$salt$hash`; nil for anything else, and for costs beyond `ScryptParameters.Limits`.
    package init?(text: String) {
        let parts = text.split(separator: "$", maxSplits: 6, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt",
            let cost = UInt64(parts[1]), let blockSize = UInt64(parts[2]), let parallelization = UInt64(parts[3]),
            let parameters = ScryptParameters(cost: cost, blockSize: blockSize, parallelization: parallelization),
            let salt = Base64.decode(parts[4]), ScryptParameters.Limits.saltBytes.contains(salt.count),
            let hash = Base64.decode(parts[5]), ScryptParameters.Limits.hashBytes.contains(hash.count)
        else { return nil }
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
    }

    /// What is stored.
    package var text: String {
        "scrypt$\(self.parameters.cost)$\(self.parameters.blockSize)$\(self.parameters.parallelization)"
            + "$\(Base64.encode(self.salt))$\(Base64.encode(self.hash))"
    }

    /// Whether this is the hash of a password; blocks for as long as `parameters` say.
    package func matches(_ password: String) throws(Failure) -> Bool {
        let other = try Self.derive(password, salt: self.salt, parameters: self.parameters, count: self.hash.count)
        return unsafe self.hash.withUnsafeBytes { kept in
            unsafe other.withUnsafeBytes { given in
                unsafe lw_constant_time_equal(kept.baseAddress, given.baseAddress, kept.count) == 1
            }
        }
    }

    /// RFC 7914 §6.
    static func derive(
        _ password: String,
        salt: [UInt8],
        parameters: ScryptParameters,
        count: Int
    ) throws(Failure) -> [UInt8] {
        var password = password
        var out = [UInt8](repeating: 0, count: count)
        let isDerived = password.withUTF8 { text in
            unsafe salt.withUnsafeBufferPointer { salt in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe Self.derive(text, salt, parameters, into: out)
                }
            }
        }
        guard isDerived else { throw .derivation }
        return out
    }

    private static func derive(
        _ password: UnsafeBufferPointer<UInt8>,
        _ salt: UnsafeBufferPointer<UInt8>,
        _ parameters: ScryptParameters,
        into out: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        // OpenSSL takes a null password for a missing one, whatever the count says.
        let empty: StaticString = ""
        let text = unsafe UnsafeRawPointer(password.baseAddress ?? empty.utf8Start).assumingMemoryBound(to: CChar.self)
        return unsafe lw_scrypt(
            text,
            password.count,
            salt.baseAddress,
            salt.count,
            parameters.cost,
            parameters.blockSize,
            parameters.parallelization,
            parameters.memoryBytes,
            out.baseAddress,
            out.count
        ) == 1
    }
}
