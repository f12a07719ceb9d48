// A server that answers the handshake with something else than 101 says why in a status and, mostly, a JSON body. Here
// both become sentences, with what to do about them.

import Foundation

/// Explains a refused handshake.
package struct RefusalAdvice: Equatable, Sendable {
    /// What the server said.
    package let reason: String
    /// What to do about it.
    package let remedy: String

    /// Characters of a body that is shown as it stands.
    private static let bodyLimit = 2000

    package init(status: Int, body: [UInt8], location: String?, hasKey: Bool) {
        self.reason = Self.reason(in: body)
        self.remedy = Self.remedy(status, location: location, hasKey: hasKey)
    }

    /// `error.message` and `error.code` of a JSON body, else the body's beginning.
    private static func reason(in body: [UInt8]) -> String {
        if let error = JSONObject(body)?.object("error"), let message = error.string("message") {
            let marks = [error.string("type"), error.string("code")].compactMap { $0 }
            return VisibleText.safe(message)
                + (marks.isEmpty ? "" : " [\(VisibleText.safe(marks.joined(separator: ", ")))]")
        }
        let text = String(decoding: body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let shown = VisibleText.safe(String(text.prefix(Self.bodyLimit)))
        return text.count > Self.bodyLimit ? shown + "…" : shown
    }

    private static func remedy(_ status: Int, location: String?, hasKey: Bool) -> String {
        switch status {
        case 200..<300:
            return "this path serves plain HTTP; check the path of the address"
        case 301, 302, 303, 307, 308:
            let target = location.map { " (\(VisibleText.safe($0)))" } ?? ""
            return
                "redirects are not followed, for they could carry the key elsewhere; connect to the new address\(target)"
        case 400: return "check path, query and subprotocols of the address"
        case 401 where hasKey:
            return "the key was not accepted; check it, its expiry and that it belongs to this server"
        case 401: return "give a key: --key KEY (add --browser to send it as browsers do)"
        case 403: return "the key is known but may not do this: check its models, address list and origin"
        case 404: return "check the path and the model= of the address"
        case 405, 426: return "the server expects another kind of request on this path"
        case 429: return "a limit is reached; wait, or use a key with room left"
        case 500, 502, 503: return "the server or what stands behind it is in trouble; its log tells more"
        case 504: return "what stands behind the server did not answer in time; try again"
        default: return "the server's log tells more"
        }
    }
}
