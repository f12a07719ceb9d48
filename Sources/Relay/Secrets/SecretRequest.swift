// What is asked of `POST /v1/realtime/client_secrets` and of the older `POST /v1/realtime/sessions` (protocol: realtime §2):
// a session configuration that is kept as it came, when the secret expires, and, of our own, how long its session may last.

import Dialects
import SessionCore

/// Bounds of a secret.
enum SecretLimits {
    static let bodyBytes = 256 * 1024
    /// The session configuration, which is kept and sent upstream.
    static let sessionBytes = 64 * 1024
    static let seconds = 10...7_200
    static let defaultSeconds = 600
    /// A secret of the older endpoint is to be used at once.
    static let olderSeconds = 60
    /// `max_session_seconds`, a name of ours.
    static let sessionSeconds = 1...86_400
}

/// A wish for a secret.
struct SecretRequest {
    /// The two shapes of question and answer.
    enum Shape {
        /// `client_secrets`: the configuration stands in `session`.
        case current
        /// `sessions`: the body is the configuration.
        case older
    }

    /// A JSON object; what the session is held to.
    let session: [UInt8]
    let model: String?
    let isTranscription: Bool
    let seconds: Int
    let maximumSeconds: Int?

    init(_ body: [UInt8], shape: Shape) throws(RelayError) {
        let text = body.isEmpty ? Array("{}".utf8) : body
        let members: [JSONMember]
        do throws(JSONViolation) {
            members = try TopLevelScanner.members(of: text.span)
        } catch {
            throw .invalidJSON(error.message)
        }
        var (session, seconds): ([UInt8]?, Int?) = (nil, nil)
        var maximumSeconds: Int?
        for member in members {
            if member.isNamed("max_session_seconds", in: text.span) {
                maximumSeconds = member.count(in: text.span)
                guard let given = maximumSeconds, SecretLimits.sessionSeconds.contains(given) else {
                    throw .invalidParameter(
                        "max_session_seconds",
                        reason: "must be a whole number from \(SecretLimits.sessionSeconds.lowerBound) to "
                            + "\(SecretLimits.sessionSeconds.upperBound)"
                    )
                }
            } else if shape == .current, member.isNamed("session", in: text.span) {
                guard member.kind == .object else {
                    throw .invalidParameter("session", reason: "must be an object")
                }
                session = Array(text[member.value])
            } else if shape == .current, member.isNamed("expires_after", in: text.span), member.kind != .null {
                seconds = try Self.seconds(text, member)
            }
        }
        if shape == .older {
            session = try Self.withoutOurs(text)
        }
        let configuration = session ?? Array("{}".utf8)
        guard configuration.count <= SecretLimits.sessionBytes else {
            throw .tooLarge(limitBytes: SecretLimits.sessionBytes)
        }
        try Self.check(configuration)
        self.session = configuration
        self.model = try Self.model(configuration)
        self.isTranscription = JSONBinding.value(["type"], of: configuration) == Array(#""transcription""#.utf8)
        self.seconds = seconds ?? (shape == .current ? SecretLimits.defaultSeconds : SecretLimits.olderSeconds)
        self.maximumSeconds = maximumSeconds
    }

    private static func withoutOurs(_ body: [UInt8]) throws(RelayError) -> [UInt8] {
        do throws(JSONViolation) {
            return try JSONBinding.remove(Array(#"{"max_session_seconds":null}"#.utf8), from: body)
        } catch {
            throw .invalidJSON(error.message)
        }
    }

    /// A configuration that could not be applied later is refused now: names that stand twice, anywhere.
    private static func check(_ configuration: [UInt8]) throws(RelayError) {
        do throws(JSONViolation) {
            _ = try JSONBinding.bind(configuration, to: configuration)
        } catch {
            throw .invalidJSON(error.message)
        }
    }

    private static func seconds(_ text: [UInt8], _ member: JSONMember) throws(RelayError) -> Int? {
        guard member.kind == .object else {
            throw .invalidParameter("expires_after", reason: "must be an object")
        }
        let value = Array(text[member.value])
        if let anchor = JSONBinding.value(["anchor"], of: value), anchor != Array(#""created_at""#.utf8) {
            throw .invalidParameter("expires_after.anchor", reason: "must be 'created_at'")
        }
        guard let given = JSONBinding.value(["seconds"], of: value) else { return nil }
        guard let count = Int(String(decoding: given, as: UTF8.self)), SecretLimits.seconds.contains(count) else {
            throw .invalidParameter(
                "expires_after.seconds",
                reason: "must be a whole number from \(SecretLimits.seconds.lowerBound) to "
                    + "\(SecretLimits.seconds.upperBound)"
            )
        }
        return count
    }

    private static func model(_ configuration: [UInt8]) throws(RelayError) -> String? {
        guard let value = JSONBinding.value(["model"], of: configuration), value != Array("null".utf8) else {
            return nil
        }
        guard value.first == UInt8(ascii: "\""), value.count > 2,
            let name = JSONString.decode(value.span, 1..<(value.count - 1))
        else { throw .invalidParameter("session.model", reason: "must be the id of a model") }
        return name
    }
}
