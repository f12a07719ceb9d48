// The least recently used goes first, what is too old is not there, and nothing grows beyond its bounds.

import OpenSSLTLS
import SessionCore
import Testing

@Suite("Response table")
struct ResponseTableTests {
    private typealias Table = ResponseTable<String, Int>
    private static let overhead = Table.overheadBytes

    private func filled(_ names: [String], entries: Int = 3, bytes: Int = 10_000) -> Table {
        var table = Table(entries: entries, bytes: bytes)
        for (index, name) in names.enumerated() { table.insert(index, bytes: 10, for: name, expiresAt: 100) }
        return table
    }

    @Test func theLeastRecentlyUsedGoes() {
        var table = self.filled(["a", "b", "c"])
        #expect(table.value(of: "a", now: 0) == 0)
        table.insert(9, bytes: 10, for: "d", expiresAt: 100)
        #expect(table.value(of: "b", now: 0) == nil)
        #expect(
            table.value(of: "a", now: 0) == 0 && table.value(of: "c", now: 0) == 2 && table.value(of: "d", now: 0) == 9
        )
        #expect(table.count == 3)
    }

    @Test func whatIsOldIsNotThere() {
        var table = self.filled(["a"])
        #expect(table.value(of: "a", now: 99) == 0)
        #expect(table.value(of: "a", now: 100) == nil)
        #expect(table.count == 0 && table.bytes == 0)
    }

    @Test func bytesAreBounded() {
        var table = Table(entries: 100, bytes: 3 * (Self.overhead + 100))
        for number in 0..<50 { table.insert(number, bytes: 100, for: "\(number)", expiresAt: 100) }
        #expect(table.count == 3 && table.bytes == 3 * (Self.overhead + 100))
        table.insert(1, bytes: 2 * (Self.overhead + 100), for: "large", expiresAt: 100)
        #expect(table.count == 1 || table.count == 2)
        #expect(table.bytes <= 3 * (Self.overhead + 100))
        table.insert(1, bytes: 1 << 20, for: "too large", expiresAt: 100)
        #expect(table.value(of: "too large", now: 0) == nil && table.value(of: "large", now: 0) == 1)
        table.insert(1, bytes: .max, for: "endless", expiresAt: 100)
        #expect(table.value(of: "endless", now: 0) == nil)
    }

    @Test func aNewValueTakesTheOldOnesPlace() {
        var table = self.filled(["a", "b", "a"])
        #expect(table.count == 2 && table.bytes == 2 * (Self.overhead + 10))
        #expect(table.value(of: "a", now: 0) == 2)
    }

    @Test(arguments: [(0, 1_000), (5, 0), (0, 0), (-1, -1)])
    func aTableWithoutRoomHoldsNothing(entries: Int, bytes: Int) {
        let table = self.filled(["a", "b"], entries: entries, bytes: bytes)
        #expect(table.count == 0 && table.bytes == 0)
    }

    @Test("against a list that is kept in order", arguments: 0..<4)
    func againstAModel(seed: Int) {
        var random = UInt64(truncatingIfNeeded: seed &* 7_919 &+ 17)
        func next(_ bound: UInt64) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % Int(bound)
        }
        var table = Table(entries: 8, bytes: 1 << 20)
        var model: [(name: String, value: Int)] = []
        for step in 0..<2_000 {
            let name = "\(next(16))"
            if next(2) == 0 {
                table.insert(step, bytes: 1, for: name, expiresAt: .max)
                model.removeAll { $0.name == name }
                model.append((name, step))
                if model.count > 8 { model.removeFirst() }
            } else {
                let expected = model.firstIndex { $0.name == name }.map { model.remove(at: $0) }
                if let expected { model.append(expected) }
                #expect(table.value(of: name, now: 0) == expected?.value)
            }
            #expect(table.count == model.count)
        }
    }

    @Test func answersExpire() {
        var settings = CacheSettings()
        settings.life = .seconds(5)
        settings.answerBytes = 10
        let cache = ResponseCache(settings)
        let (one, other) = (SHA256Digest(hashing: "1"), SHA256Digest(hashing: "2"))
        let answer = CachedAnswer(fields: [("content-type", "x")], body: [1], isStream: true, storedAt: 1_000)
        cache.store(answer, to: one)
        cache.store(
            CachedAnswer(fields: [], body: [UInt8](repeating: 0, count: 11), isStream: false, storedAt: 0),
            to: other
        )
        #expect(cache.answer(to: one, now: 5_000_000_999) == answer)
        #expect(cache.answer(to: one, now: 5_000_001_000) == nil)
        #expect(cache.answer(to: other, now: 0) == nil && cache.count == 0 && cache.bytes == 0)
    }
}
