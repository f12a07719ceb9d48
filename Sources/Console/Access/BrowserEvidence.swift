// What a request tells of the web page behind it, if there is one: Fetch Metadata (`Sec-Fetch-Site`, W3C) and `Origin`
// (RFC 6454), both of which pages cannot set or leave out. From that follow
//
// - cross-site request forgery: a cookie changes something only with evidence that the page is our own;
// - DNS rebinding: a page whose name was pointed at 127.0.0.1 still says its own name in `Host`.
//
// `same-site` is another origin, too: pages of other ports of this machine are.

import EventLoop
import Foundation
import HTTPFraming

/// Judges the page behind a request.
struct BrowserEvidence {
    private let visitor: Visitor

    init(_ visitor: Visitor) {
        self.visitor = visitor
    }

    /// Whether the request says that a page of another origin made it.
    var isCrossSite: Bool {
        for site in self.visitor.fields.values("sec-fetch-site") where site != "same-origin" && site != "none" {
            return true
        }
        return self.visitor.fields.values("origin").contains { !self.isOwn(origin: $0) }
    }

    /// Whether the request shows that one of our own pages made it.
    var isSameOrigin: Bool {
        guard !self.isCrossSite else { return false }
        return self.visitor.fields.values("sec-fetch-site").contains("same-origin")
            || self.visitor.fields.contains("origin")
    }

    /// Whether the connection comes from this machine, under a name that only this machine has, through no proxy.
    var isLocal: Bool {
        self.visitor.peer.isLoopback && self.hasLocalHost && !self.isForwarded
    }

    /// Whether the page was loaded over TLS, perhaps from a proxy in front of us.
    var isSecurePage: Bool {
        self.visitor.isSecure || self.visitor.fields["origin"]?.lowercased().hasPrefix("https://") ?? false
    }

    // MARK: Parts

    private static let forwardingFields = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]

    /// A proxy on this machine would lend its visitors its own address.
    private var isForwarded: Bool {
        Self.forwardingFields.contains { self.visitor.fields.contains($0) }
    }

    private var hasLocalHost: Bool {
        let hosts = self.visitor.fields.values("host")
        guard hosts.count == 1, let host = Self.hostName(hosts[0]) else { return false }
        if host == "localhost" { return true }
        return SocketAddress(ip: host, port: 0)?.isLoopback ?? false
    }

    /// The name of `name:port` or `[address]:port`, in lower case.
    private static func hostName(_ authority: String) -> String? {
        let authority = authority.lowercased()
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        return authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
    }

    /// An origin is ours when it names the authority that `Host` names.
    ///
    /// Over TLS it must be https; in plain it may be, because a proxy in front of us may speak TLS.
    private func isOwn(origin: String) -> Bool {
        let origin = origin.lowercased()
        let hosts = self.visitor.fields.values("host")
        guard hosts.count == 1, let host = hosts.first?.lowercased() else { return false }
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where origin.hasPrefix(scheme) {
            if self.visitor.isSecure, scheme == "http://" { return false }
            return Self.without(port, String(origin.dropFirst(scheme.count))) == Self.without(port, host)
        }
        return false
    }

    private static func without(_ port: String, _ authority: String) -> String {
        authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
    }
}
