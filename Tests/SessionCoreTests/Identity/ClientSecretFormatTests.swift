// The look of client secrets: like keys, under a prefix that SDKs know, and never taken for one another.

import OpenSSLTLS
import SessionCore
import Testing

@Suite("Client secret format")
struct ClientSecretFormatTests {
    @Test func madeSecretsAreWellFormedAndUnlike() throws {
        let one = try ClientSecretFormat.make()
        #expect(ClientSecretFormat.isWellFormed(one.text))
        #expect(one.text.hasPrefix("ek_") && one.text.utf8.count == ClientSecretFormat.length)
        #expect(try one.text != ClientSecretFormat.make().text)
        #expect(one.digest == SHA256Digest(hashing: one.text))
    }

    @Test func neitherKindIsTheOther() throws {
        let random: RandomSource = { [UInt8](repeating: 10, count: $0) }
        let (key, secret) = (try KeyFormat.make(random: random), try ClientSecretFormat.make(random: random))
        #expect(!ClientSecretFormat.isWellFormed(key.text))
        #expect(!KeyFormat.isWellFormed(secret.text))
        // The checksum covers the prefix: a key under the other prefix is neither.
        let disguised = "ek_lw_" + key.text.dropFirst(KeyFormat.prefix.count)
        #expect(!ClientSecretFormat.isWellFormed(disguised))
    }

    @Test func aCredentialMayBeEither() throws {
        for text in [try KeyFormat.make().text, try ClientSecretFormat.make().text] {
            #expect(Credential(carrier: .authorization, text: text).isWellFormed)
            #expect(!Credential(carrier: .authorization, text: text + "x").isWellFormed)
        }
    }

    @Test func onlyTheDisplayPrefixIsEverPrinted() throws {
        let secret = try ClientSecretFormat.make { [UInt8](repeating: 10, count: $0) }
        #expect("\(secret)" == "ek_lw_AAAA…")
        #expect(
            Redaction.withoutKeys("shown \(secret.text), twice \(secret.text).") == "shown [redacted], twice [redacted]"
        )
    }

    @Test(arguments: ["", "ek_", "ek_lw_", "ek_68af296e8e408191a1120ab6383263c2", "ek-lw-AAAA"])
    func strangersAreNoSecretsOfOurs(_ text: String) {
        #expect(!ClientSecretFormat.isWellFormed(text))
    }
}
