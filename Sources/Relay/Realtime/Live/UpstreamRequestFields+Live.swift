// The handshake toward a Gemini Live upstream (protocol: realtime §14.1): its path says the version and the service, the model
// comes with the first message.

import HTTPFraming
import SessionCore

extension UpstreamRequestFields {
    /// Versions of Google's API that have the service.
    static let liveVersions: Set<String> = ["v1", "v1beta", "v1alpha"]
    private static let liveService = "/ws/google.ai.generativelanguage."
    private static let liveMethod = ".GenerativeService.BidiGenerateContent"

    /// Path and query at the upstream.
    ///
    /// `version` is the client's, where it named one; else the base's own, else v1beta.
    static func liveTarget(of candidate: Candidate, key: Secret?, version: String? = nil) -> String {
        let prefix = candidate.upstream.baseURL.pathPrefix
        let last = prefix.split(separator: "/").last.map(String.init) ?? ""
        let hasVersion = self.liveVersions.contains(last)
        let before = hasVersion ? String(prefix.dropLast(last.utf8.count + 1)) : prefix
        let own = hasVersion ? last : "v1beta"
        let path = before + self.liveService + (version ?? own) + self.liveMethod
        guard candidate.upstream.authentication == .query, let key else { return path }
        return path + "?key=\(RequestTarget.encodeQueryComponent(key.reveal()))"
    }

    /// The version that a client's path names; nil for a path of something else.
    ///
    /// `…Constrained` is the same service for clients with a short-lived key.
    static func liveVersion(inPath path: String) -> String? {
        guard path.hasPrefix(self.liveService) else { return nil }
        var rest = path.dropFirst(self.liveService.utf8.count)
        if rest.hasSuffix("Constrained") { rest = rest.dropLast("Constrained".utf8.count) }
        guard rest.hasSuffix(self.liveMethod) else { return nil }
        let version = String(rest.dropLast(self.liveMethod.utf8.count))
        return self.liveVersions.contains(version) ? version : nil
    }

    /// The name of a model in a setup.
    static func liveModel(_ model: String) -> String {
        model.contains("/") ? model : "models/\(model)"
    }
}
