// RFC 9110 §7.2: what the Host field says.

import OpenSSLTLS
import Testing

@testable import Transport

@Suite("UpstreamEndpoint")
struct UpstreamEndpointTests {
    @Test("names the port unless it is the scheme's own, and brackets IPv6")
    func authority() throws {
        let tls = try Trust.shared().client()
        let cases: [(host: String, port: Int, tls: TLSContext?, authority: String)] = [
            ("api.example.com", 443, tls, "api.example.com"), ("api.example.com", 80, tls, "api.example.com:80"),
            ("api.example.com", 80, nil, "api.example.com"), ("api.example.com", 443, nil, "api.example.com:443"),
            ("::1", 8443, tls, "[::1]:8443"), ("::1", 443, tls, "[::1]"),
        ]
        for (host, port, tls, authority) in cases {
            #expect(UpstreamEndpoint(name: "x", host: host, port: port, tls: tls).authority == authority)
        }
    }
}
