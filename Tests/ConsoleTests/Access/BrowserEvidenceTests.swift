// What a request tells of the page behind it: Fetch Metadata, RFC 6454, and names that were rebound to this machine.

import EventLoop
import Testing

@testable import Console

@Suite struct BrowserEvidenceTests {
    private func evidence(
        _ fields: [(String, String)],
        host: String = "localhost:8080",
        peer: SocketAddress = .loopback(port: 9),
        isSecure: Bool = false
    ) -> BrowserEvidence {
        BrowserEvidence(ConsoleStage.visitor([("host", host)] + fields, peer: peer, isSecure: isSecure))
    }

    @Test("a program tells nothing, which is neither", arguments: [[], [("user-agent", "curl")]])
    func programs(fields: [(String, String)]) {
        #expect(!self.evidence(fields).isCrossSite)
        #expect(!self.evidence(fields).isSameOrigin)
    }

    @Test(
        "pages of other origins are told apart, other ports of this machine among them",
        arguments: [
            [("sec-fetch-site", "cross-site")], [("sec-fetch-site", "same-site")], [("sec-fetch-site", "else")],
            [("origin", "http://evil.example")], [("origin", "null")], [("origin", "http://localhost:3000")],
            [("origin", "http://localhost")], [("origin", "http://localhost:8080.evil.example")],
            [("origin", "file://localhost:8080")],
            [("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")],
            [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        ]
    )
    func otherOrigins(fields: [(String, String)]) {
        #expect(self.evidence(fields).isCrossSite)
        #expect(!self.evidence(fields).isSameOrigin)
    }

    @Test(
        "our own page is known by either field",
        arguments: [
            [("sec-fetch-site", "same-origin")], [("origin", "http://localhost:8080")],
            [("origin", "HTTP://LOCALHOST:8080")], [("origin", "https://localhost:8080")],
        ]
    )
    func ownPages(fields: [(String, String)]) {
        #expect(self.evidence(fields).isSameOrigin)
    }

    @Test("an address typed by the user is no evidence for a change, and none against a look")
    func typed() {
        #expect(!self.evidence([("sec-fetch-site", "none")]).isSameOrigin)
        #expect(!self.evidence([("sec-fetch-site", "none")]).isCrossSite)
    }

    @Test("default ports may be left out; over TLS a plain page is another origin")
    func schemes() {
        #expect(self.evidence([("origin", "https://relay.example")], host: "relay.example:443").isSameOrigin)
        #expect(self.evidence([("origin", "http://relay.example")], host: "relay.example", isSecure: true).isCrossSite)
        #expect(self.evidence([("origin", "https://relay.example")], host: "relay.example").isSecurePage)
        #expect(!self.evidence([]).isSecurePage)
        #expect(self.evidence([], isSecure: true).isSecurePage)
    }

    @Test(
        "names that only this machine has",
        arguments: ["localhost", "LocalHost:1", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080"]
    )
    func localNames(host: String) {
        #expect(self.evidence([], host: host).isLocal)
    }

    @Test(
        "rebound names and other addresses are not local",
        arguments: [
            "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]:1", "", "[::1",
        ]
    )
    func foreignNames(host: String) {
        #expect(!self.evidence([], host: host).isLocal)
    }

    @Test(
        "a proxy on this machine lends nobody its address",
        arguments: ["forwarded", "x-forwarded-for", "via", "x-real-ip"]
    )
    func proxies(field: String) {
        #expect(!self.evidence([(field, "203.0.113.9")]).isLocal)
    }

    @Test("another machine is not local under any name")
    func otherMachines() throws {
        let peer = try #require(SocketAddress(ip: "203.0.113.9", port: 5))
        #expect(!self.evidence([], peer: peer).isLocal)
        #expect(!self.evidence([("host", "localhost")], host: "localhost").isLocal)
    }
}
