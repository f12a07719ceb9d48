// How a key travels: as a header from programs, among the subprotocols from browsers, which cannot set headers.

/// Fields and subprotocols that carry a key.
package struct Credential: Equatable, Sendable {
    package private(set) var headers: [HeaderLine] = []
    package private(set) var subprotocols: [String] = []

    /// The prefix of the subprotocol in which browsers carry a key.
    package static let subprotocolPrefix = "openai-insecure-api-key."

    /// Carries `key` as a program does, or as a page of the server's own origin would.
    package init(key: String?, asBrowserAt origin: String?, usesBetaShape: Bool) throws(HeaderLineError) {
        if let origin {
            self.headers.append(try HeaderLine(name: "Origin", value: origin))
            self.subprotocols.append("realtime")
            if let key {
                guard !key.isEmpty, key.utf8.allSatisfy(HeaderLine.isToken) else { throw .badValue("--key") }
                self.subprotocols.append(Self.subprotocolPrefix + key)
            }
            if usesBetaShape { self.subprotocols.append("openai-beta.realtime-v1") }
            return
        }
        if let key { self.headers.append(try HeaderLine(name: "Authorization", value: "Bearer \(key)")) }
        if usesBetaShape { self.headers.append(try HeaderLine(name: "OpenAI-Beta", value: "realtime=v1")) }
    }
}
