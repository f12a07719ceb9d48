// All calls of the API, and how a path finds its own.

import HTTPFraming
import SessionCore

/// The calls of the API.
enum RouteTable {
    static let all: [Endpoint] =
        SignInResource.endpoints + KeysResource.endpoints + SecretsResource.endpoints + AccountsResource.endpoints
        + MembersResource.endpoints + UsageResource.endpoints + SessionsResource.endpoints + CatalogResource.endpoints
        + DocumentResource.endpoints

    /// What a path and a method lead to.
    enum Match: Sendable {
        case found(Endpoint, parameters: [String: String])
        /// The path exists; these methods may be used on it.
        case otherMethods(String)
        case nothing
    }

    /// Finds a call; HEAD is answered like GET.
    static func match(_ method: HTTPMethod, _ path: String, in table: [Endpoint] = all) -> Match {
        guard RequestTarget.isNormal(path) else { return .nothing }
        let segments = RequestTarget.segments(path)
        let wanted = method == .head ? .get : method
        var methods: [HTTPMethod] = []
        for endpoint in table {
            guard let parameters = endpoint.path.match(segments) else { continue }
            if endpoint.method == wanted { return .found(endpoint, parameters: parameters) }
            methods.append(endpoint.method)
        }
        return methods.isEmpty ? .nothing : .otherMethods(Self.allow(methods))
    }

    /// The value of `allow` (RFC 9110 §10.2.1).
    private static func allow(_ methods: [HTTPMethod]) -> String {
        var names = methods.map(\.text)
        if methods.contains(.get) { names.append("HEAD") }
        return (names + ["OPTIONS"]).joined(separator: ", ")
    }
}
