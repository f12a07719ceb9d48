// TLSConfiguration.swift: what an operator may say about TLS. Plain values; TLSContext turns them into OpenSSL's.

/// The oldest protocol version a side agrees to.
///
/// Older ones than these are never spoken (RFC 8996).
package enum TLSVersion: Sendable, Equatable {
    case tls12
    case tls13
}

/// How we answer clients: who we are and what we speak.
package struct TLSServerConfiguration: Sendable, Equatable {
    /// PEM, our certificate first, then those that lead to a root.
    package var certificateChainFile: String
    /// PEM, not encrypted: nobody is there to type a passphrase.
    package var privateKeyFile: String
    /// Application protocols (RFC 7301) in our order of preference.
    ///
    /// A client that offers none of them gets none.
    package var applicationProtocols: [String]
    package var minimumVersion: TLSVersion

    package init(
        certificateChainFile: String,
        privateKeyFile: String,
        applicationProtocols: [String] = ["http/1.1"],
        minimumVersion: TLSVersion = .tls12
    ) {
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
        self.applicationProtocols = applicationProtocols
        self.minimumVersion = minimumVersion
    }
}

/// How we dial servers: whom we trust and what we speak.
package struct TLSClientConfiguration: Sendable, Equatable, Hashable {
    package enum Trust: Sendable, Equatable, Hashable {
        /// The roots the operating system keeps.
        case system
        /// Only the certificates of this PEM file, each of them an anchor.
        case file(String)
    }

    package enum Verification: Sendable, Equatable, Hashable {
        /// The chain leads to an anchor and the certificate names the host that was dialled.
        case full
        /// Anyone may answer. For experiments; whoever sits on the path reads everything.
        case none
    }

    package var trust: Trust
    package var verification: Verification
    /// Application protocols (RFC 7301) we offer; a server that picks another is refused, one that picks none is not.
    package var applicationProtocols: [String]
    package var minimumVersion: TLSVersion

    package init(
        trust: Trust = .system,
        verification: Verification = .full,
        applicationProtocols: [String] = ["http/1.1"],
        minimumVersion: TLSVersion = .tls12
    ) {
        self.trust = trust
        self.verification = verification
        self.applicationProtocols = applicationProtocols
        self.minimumVersion = minimumVersion
    }
}
