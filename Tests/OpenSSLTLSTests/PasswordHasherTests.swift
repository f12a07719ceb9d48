// Derivations off the caller's thread, a bounded number waiting.

import OpenSSLTLS
import Testing

@Suite("Password hasher")
struct PasswordHasherTests {
    private let hasher: PasswordHasher

    init() throws {
        self.hasher = PasswordHasher(
            parameters: try #require(ScryptParameters(cost: 1 << 10, blockSize: 8, parallelization: 1))
        )
    }

    @Test func checksWhatItHashed() async throws {
        let stored = try await self.hasher.hash("correct horse")
        #expect(stored.hasPrefix("scrypt$1024$8$1$"))
        #expect(try await self.hasher.check("correct horse", against: stored))
        #expect(try await !self.hasher.check("battery staple", against: stored))
    }

    @Test(arguments: [nil, "", "damaged"])
    func nobodyMatchesWhatIsNoHash(_ stored: String?) async throws {
        #expect(try await !self.hasher.check("", against: stored))
    }

    @Test func aFloodIsRefusedAndTheRestIsServed() async throws {
        let hasher = self.hasher
        let outcomes = await withTaskGroup(of: Result<Bool, PasswordHash.Failure>.self) { group in
            for _ in 0..<(8 * PasswordHasher.waitingLimit) {
                group.addTask {
                    do throws(PasswordHash.Failure) {
                        return .success(try await hasher.check("x", against: nil))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0 == .success(false) || $0 == .failure(.overloaded) })
        #expect(outcomes.filter { $0 == .success(false) }.count >= PasswordHasher.waitingLimit)
        #expect(try await !hasher.check("x", against: nil))
    }
}
