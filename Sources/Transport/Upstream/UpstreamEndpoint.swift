// Where an upstream listens and how long each stage of reaching it may take.

package import OpenSSLTLS

/// One upstream as Transport sees it: no model, no key, no dialect.
package struct UpstreamEndpoint: Sendable {
    /// The configured name; connections are pooled by it.
    package var name: String
    package var host: String
    package var port: Int
    /// Nil for plain TCP.
    package var tls: TLSContext?
    /// TCP connect, and once more for the TLS handshake; name resolution counts to the first.
    package var connectTimeout: Duration = .seconds(5)
    /// From the request's last byte to the response's head.
    package var firstByteTimeout: Duration = .seconds(60)
    /// The longest silence within a response.
    package var idleTimeout: Duration = .seconds(120)

    package init(name: String, host: String, port: Int, tls: TLSContext?) {
        self.name = name
        self.host = host
        self.port = port
        self.tls = tls
    }

    /// The Host field's value (RFC 9110 §7.2); the default port is left out.
    package var authority: String {
        let text = self.host.contains(":") ? "[\(self.host)]" : self.host
        let usual = self.tls == nil ? 80 : 443
        return self.port == usual ? text : "\(text):\(self.port)"
    }
}
