// One address to listen on, with or without TLS.

package import SessionCore

/// A listener as configured.
package struct Listener: Sendable, Equatable, CustomStringConvertible {
    /// PEM files of the server's side of TLS.
    package struct TLS: Sendable, Equatable {
        package var certificateFile: String
        package var privateKeyFile: String

        package init(certificateFile: String, privateKeyFile: String) {
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
        }
    }

    package var address: IPAddress
    /// 0 lets the kernel choose a free one.
    package var port: Int
    package var tls: TLS?

    package init(address: IPAddress, port: Int, tls: TLS? = nil) {
        self.address = address
        self.port = port
        self.tls = tls
    }

    /// 127.0.0.1:8080 without TLS.
    package static let standard = Listener(address: .loopback, port: 8080)

    /// Parses `HOST:PORT` where HOST is an IPv4 address, an IPv6 address in brackets, or `localhost`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard let address = host == "localhost" ? .loopback : IPAddress(String(host)) else { return nil }
        self.init(address: address, port: port)
    }

    /// The address alone, as it can be pasted into a URL.
    package var host: String { address.bytes.count == 16 ? "[\(address)]" : address.description }

    package var description: String { "\(tls == nil ? "http" : "https")://\(host):\(port)" }
}
