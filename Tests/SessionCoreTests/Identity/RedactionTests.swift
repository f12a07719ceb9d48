// Robustness G1, G2: keys do not come back in messages.

import SessionCore
import Testing

@Suite("Redaction")
struct RedactionTests {
    @Test func knownSecretsAreReplacedWhereverTheyStand() {
        let secrets = [Secret("hunter2"), Secret("hunter2-long"), Secret("")]
        let text = Redaction.redact("at hunter2-long?key=hunter2&x=hunter2hunter2", secrets: secrets)
        #expect(text == "at [redacted]?key=[redacted]&x=[redacted][redacted]")
    }

    @Test func whatLooksLikeAKeyIsReplaced() throws {
        let key = try KeyFormat.make()
        #expect(
            Redaction.withoutKeys("Incorrect API key provided: \(key.text).")
                == "Incorrect API key provided: [redacted]"
        )
        #expect(
            Redaction.withoutKeys("'sk-proj-abcdefgh12' and ek_123456789, AIzaSyA-12345678")
                == "'[redacted]' and [redacted], [redacted]"
        )
    }

    @Test(arguments: ["", "sk-", "a task-oriented-approach", "disk-full-of-things-and-more", "sk-short", "Grüße 👋"])
    func wordsStay(_ text: String) {
        #expect(Redaction.withoutKeys(text) == text)
    }

    @Test func aSecretIsNeverPrinted() {
        let secret = Secret("canary")
        var dumped = ""
        dump([secret], to: &dumped)
        for shown in ["\(secret)", String(reflecting: secret), dumped] { #expect(!shown.contains("canary")) }
        #expect(secret.reveal() == "canary")
    }
}
