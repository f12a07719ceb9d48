// Where an upstream listens and how long each stage of reaching it may take.

import EventLoop
package import OpenSSLTLS

/// What connections are pooled by: an upstream of the same name at another address, or under another trust, is another one.
package struct UpstreamPlace: Hashable, Sendable {
    let name: String
    let host: String
    let port: Int
    /// By identity: what it trusts was read once.
    let tls: TLSContext?

    package static func == (one: Self, other: Self) -> Bool {
        one.name == other.name && one.host == other.host && one.port == other.port && one.tls === other.tls
    }

    package func hash(into hasher: inout Hasher) {
        // Names are nearly always enough to tell upstreams apart.
        hasher.combine(self.name)
    }
}

/// One upstream as Transport sees it: no model, no key, no dialect.
package struct UpstreamEndpoint: Sendable {
    /// As configured.
    package var name: String
    package let host: String
    package let port: Int
    /// Nil for plain TCP.
    package let tls: TLSContext?
    /// Set where the host is an address, which need not be looked up.
    let address: SocketAddress?
    /// The Host field's value (RFC 9110 §7.2); the default port is left out.
    package let authority: String
    /// TCP connect, and once more for the TLS handshake; name resolution counts to the first.
    package var connectTimeout: Duration = .seconds(5)
    /// From the request's last byte to the response's head.
    package var firstByteTimeout: Duration = .seconds(60)
    /// The longest silence within a response.
    package var idleTimeout: Duration = .seconds(120)

    /// Where connections to it belong.
    package var place: UpstreamPlace {
        UpstreamPlace(name: self.name, host: self.host, port: self.port, tls: self.tls)
    }

    package init(name: String, host: String, port: Int, tls: TLSContext?) {
        self.name = name
        self.host = host
        self.port = port
        self.tls = tls
        self.address = UInt16(exactly: port).flatMap { SocketAddress(ip: host, port: $0) }
        let text = host.contains(":") ? "[\(host)]" : host
        self.authority = port == (tls == nil ? 80 : 443) ? text : "\(text):\(port)"
    }
}
