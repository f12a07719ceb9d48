// The answers of a process as loops share them.

import OpenSSLTLS
import SessionCore
import Testing

@Suite("ResponseCache")
struct ResponseCacheTests {
    private let request = SHA256Digest(hashing: "a request")
    private let answer = CachedAnswer(fields: [], body: [1, 2, 3], isStream: false, storedAt: 0)

    @Test("what is kept is given again until it is too old")
    func life() {
        let cache = ResponseCache(CacheSettings())
        cache.store(self.answer, to: self.request)
        #expect(cache.answer(to: self.request, now: 299_999_999_999) == self.answer)
        #expect(cache.answer(to: self.request, now: 300_000_000_000) == nil)
    }

    @Test("one that was closed holds nothing, whoever still has it")
    func closed() {
        let cache = ResponseCache(CacheSettings())
        cache.store(self.answer, to: self.request)
        cache.close()
        cache.store(self.answer, to: self.request)
        #expect(cache.count == 0)
        #expect(cache.bytes == 0)
        #expect(cache.answer(to: self.request, now: 1) == nil)
    }
}
