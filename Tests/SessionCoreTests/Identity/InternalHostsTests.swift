// What a provider says of the inside (protocol: http §6).

import Testing

@testable import SessionCore

@Suite("Internal hosts")
struct InternalHostsTests {
    @Test(
        "Addresses and names of the inside go, ports included",
        arguments: [
            ("connect to http://10.0.0.5:8000/x failed", "connect to http://[host]/x failed"),
            ("dial 127.0.0.1:39929: refused", "dial [host]: refused"),
            ("vllm-7.svc.cluster.local failed.", "[host] failed."),
            ("see Localhost, or 172.20.1.2.", "see [host], or [host]."),
            ("api.example.com said no", "[host] said no"),
        ]
    )
    func removes(_ text: String, _ expected: String) {
        #expect(InternalHosts.removed(from: text, and: "api.example.com") == expected)
    }

    @Test(
        "What anybody may know stays",
        arguments: [
            "See https://platform.openai.com/docs.", "version 10.0.5", "172.32.0.1", "8.8.8.8:53", "a 10.0.0.256 b",
            "local", ".local", "It ended. 日本語 too…", "1.2.3.4.5",
        ]
    )
    func keeps(_ text: String) {
        #expect(InternalHosts.removed(from: text, and: nil) == text)
    }

    @Test("Redaction takes out both, and only keys where no host is named")
    func together() {
        let text = "key sk-abcdefghijklmnop at 10.1.2.3"
        #expect(Redaction.redact(text, host: "x") == "key [redacted] at [host]")
        #expect(Redaction.redact(text) == "key [redacted] at 10.1.2.3")
    }
}
