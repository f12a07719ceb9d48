// Whom TLS connections to upstreams trust: one context for each kind of trust, so that upstreams which share it share the
// sessions that can be resumed. A file of authorities is read anew with each configuration; what it says decides whether
// the context of before stays.

import Foundation
import OpenSSLTLS
import SessionCore

/// The client contexts of one configuration.
struct UpstreamTrust: Sendable {
    private struct Known: Sendable {
        let context: TLSContext
        /// What the file of authorities held; nil where there is none.
        let contents: SHA256Digest?
    }

    private var known: [TLSClientConfiguration: Known] = [:]

    /// Throws when a file cannot be used; what has not changed since `earlier` keeps its context.
    init(_ upstreams: [Upstream], after earlier: UpstreamTrust? = nil) throws {
        for upstream in upstreams where upstream.baseURL.isSecure {
            let configuration = Self.configuration(of: upstream)
            guard self.known[configuration] == nil else { continue }
            // Before it is read for use: a change in between is seen again by the next reload.
            let contents = upstream.tls.caFile.map { Self.digest(ofFile: $0) }
            if let before = earlier?.known[configuration], before.contents == contents {
                self.known[configuration] = before
            } else {
                self.known[configuration] = Known(
                    context: try TLSContext(client: configuration),
                    contents: contents
                )
            }
        }
    }

    /// Nil for an upstream without TLS.
    func context(for upstream: Upstream) -> TLSContext? {
        guard upstream.baseURL.isSecure else { return nil }
        return self.known[Self.configuration(of: upstream)]?.context
    }

    private static func configuration(of upstream: Upstream) -> TLSClientConfiguration {
        TLSClientConfiguration(
            trust: upstream.tls.caFile.map { .file($0) } ?? .system,
            verification: upstream.tls.verification == .full ? .full : .none
        )
    }

    private static func digest(ofFile path: String) -> SHA256Digest {
        SHA256Digest(hashing: Array((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()))
    }
}
