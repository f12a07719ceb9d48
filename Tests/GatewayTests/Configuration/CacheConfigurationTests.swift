// `cache: { … }`.

import Gateway
import SessionCore
import Testing

@Suite("Cache configuration")
struct CacheConfigurationTests {
    private func cache(_ text: String) throws -> CacheSettings? {
        try ConfigurationReader.read(text: text, file: "longwire.yaml", environment: [:]).cache
    }

    @Test func isOffWithoutASection() throws {
        #expect(try self.cache("store: sqlite:x.sqlite\n") == nil)
    }

    @Test func readsAll() throws {
        let text =
            "cache: { entries: 5, bytes: 1MiB, answer_bytes: 2KiB, ttl: 90s, scope: account, models: [a, 'b*'] }\n"
        var expected = CacheSettings()
        expected.entries = 5
        expected.bytes = 1 << 20
        expected.answerBytes = 2_048
        expected.life = .seconds(90)
        expected.scope = .account
        expected.models = ["a", "b*"]
        #expect(try self.cache(text) == expected)
        #expect(try self.cache("cache: { ttl: 5m }\n") == CacheSettings())
    }

    @Test(arguments: [
        "cache: { scope: world }", "cache: { entries: 0 }", "cache: { ttl: 0s }", "cache: { size: 1 }", "cache: yes",
    ])
    func refusesWhatItDoesNotKnow(text: String) {
        #expect(throws: ConfigurationErrors.self) { try self.cache(text + "\n") }
    }
}
