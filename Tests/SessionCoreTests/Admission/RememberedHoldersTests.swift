// The memory behind the key directory, whose tests ask it by digest: here it is asked by id, with answers at hand.

import Foundation
import OpenSSLTLS
import Testing

@testable import SessionCore

@Suite("Remembered holders")
struct RememberedHoldersTests {
    private let second: Int64 = 1_000_000_000

    private func holder(_ id: String) -> KeyHolder {
        let record = KeyRecord(
            id: id,
            name: id,
            digest: SHA256Digest(hashing: Array(id.utf8)),
            displayPrefix: "p",
            createdAt: Date(timeIntervalSince1970: 0)
        )
        return KeyHolder(record: record, account: .standard)
    }

    @Test func believesAnAnswerForOneSecond() async throws {
        let memory = RememberedHolders<String>(limits: KeyDirectory.Limits())
        let known = holder("a")
        #expect(memory.cached("a", now: 0) == .miss)
        #expect(try await memory.load("a", now: 0) { known } == known)
        #expect(try await memory.load("b", now: 0) { nil } == nil)
        #expect(memory.cached("a", now: second - 1) == .holder(known))
        #expect(memory.cached("b", now: second - 1) == .unknown)
        #expect(memory.cached("a", now: second) == .miss)
        #expect(memory.cached("b", now: second) == .miss)
    }

    @Test func aLaterAnswerReplacesAnEarlierOne() async throws {
        let memory = RememberedHolders<String>(limits: KeyDirectory.Limits())
        let known = holder("a")
        _ = try await memory.load("a", now: 0) { nil }
        _ = try await memory.load("a", now: 1) { known }
        #expect(memory.cached("a", now: 1) == .holder(known))
        _ = try await memory.load("a", now: 2) { nil }
        #expect(memory.cached("a", now: 2) == .unknown)
        memory.forget()
        #expect(memory.cached("a", now: 2) == .miss)
    }

    @Test func aFailureIsToldAndNotRemembered() async {
        let memory = RememberedHolders<String>(limits: KeyDirectory.Limits())
        let failure = StoreError.overloaded(limit: 1)
        await #expect(throws: failure) {
            try await memory.load("a", now: 0) { () async throws(StoreError) in throw failure }
        }
        #expect(memory.cached("a", now: 0) == .miss)
    }

    @Test func bothTablesAreBounded() async throws {
        var limits = KeyDirectory.Limits()
        limits.knownKeys = 4
        limits.unknownKeys = 8
        let memory = RememberedHolders<String>(limits: limits)
        for number in 0..<50 {
            let holder = holder("\(number)")
            _ = try await memory.load("\(number)", now: 0) { holder }
            _ = try await memory.load("x\(number)", now: 0) { nil }
        }
        #expect((0..<50).filter { memory.cached("\($0)", now: 0) != .miss }.count <= 4)
        #expect((0..<50).filter { memory.cached("x\($0)", now: 0) != .miss }.count <= 8)
        #expect(memory.cached("49", now: 0) != .miss && memory.cached("x49", now: 0) == .unknown)
    }
}
