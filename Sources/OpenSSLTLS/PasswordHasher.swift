// PasswordHasher.swift: derivations one after the other on a thread of their own.
//
// One at a time bounds the memory (32 MiB) and leaves the other cores to the loops; a bounded queue keeps a flood of
// sign-ins from becoming a flood of waiting work.

import Dispatch
import Synchronization

/// Hashes and checks passwords; callers suspend.
package final class PasswordHasher: Sendable {
    /// Derivations that may wait, the one under way included.
    package static let waitingLimit = 32

    private let queue = DispatchQueue(label: "longwire.passwords", qos: .utility)
    private let waiting = Mutex(0)
    private let parameters: ScryptParameters

    package init(parameters: ScryptParameters = .standard) {
        self.parameters = parameters
    }

    /// Returns the text that is stored for a password.
    package func hash(_ password: String) async throws(PasswordHash.Failure) -> String {
        let parameters = self.parameters
        return try await self.run { () throws(PasswordHash.Failure) in
            try PasswordHash(of: password, parameters: parameters).text
        }
    }

    /// Tells whether `stored` is the hash of a password.
    ///
    /// Takes as long without a stored hash as with one, so that the time does not tell whether a name is known.
    package func check(_ password: String, against stored: String?) async throws(PasswordHash.Failure) -> Bool {
        let parameters = self.parameters
        return try await self.run { () throws(PasswordHash.Failure) in
            guard let hash = stored.flatMap(PasswordHash.init(text:)) else {
                _ = try PasswordHash(of: password, parameters: parameters)
                return false
            }
            return try hash.matches(password)
        }
    }

    private func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(PasswordHash.Failure) -> Value
    ) async throws(PasswordHash.Failure) -> Value {
        let mayWait = self.waiting.withLock { waiting in
            guard waiting < Self.waitingLimit else { return false }
            waiting += 1
            return true
        }
        guard mayWait else { throw .overloaded }
        let result = await withCheckedContinuation { continuation in
            self.queue.async {
                let result = Result(catching: work)
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }
}
