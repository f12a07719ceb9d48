// GET /v1/realtime, read before anything is decided (protocol/realtime.md §1).

import HTTPFraming
import SessionCore
import WebSocketFraming

/// What an upgrade request asks for.
struct RealtimeRequest {
    /// The only application protocol that may be selected (protocol/realtime.md §1.1).
    static let subprotocol = "realtime"
    private static let betaSubprotocol = "openai-beta.realtime-v1"

    let handshake: ServerHandshake.Request
    let query: [(name: String, value: String)]
    let origin: String?
    private let host: String?
    /// The version of Google's API that the path names, for clients that speak Gemini Live.
    private let liveVersion: String?

    /// Checks the handshake and the query; everything that is wrong with them is told before credentials are looked at.
    init(_ head: RequestHead) throws(RelayError) {
        guard head.body == .none || head.body == .length(0) else {
            throw .malformedRequest(
                status: 400,
                code: "unexpected_body",
                message: "A WebSocket handshake has no body. Send none."
            )
        }
        let result = ServerHandshake.evaluate(
            method: head.method.text,
            httpMinorVersion: head.minorVersion,
            fields: head.fields
        )
        switch result {
        case .success(let request):
            self.handshake = request
        case .failure(.notAnUpgrade):
            throw .upgradeRequired()
        case .failure(let refusal):
            throw .malformedRequest(status: refusal.status, code: refusal.code, message: refusal.message)
        }
        do {
            self.query = try RequestTarget.queryItems(head.query ?? "")
        } catch {
            throw .malformedRequest(status: error.status, code: error.code, message: error.message)
        }
        // RFC 6454 §7.3: there is one; of two, nobody could say which page it is.
        guard head.fields.count(of: "origin") <= 1 else {
            throw .malformedRequest(
                status: 400,
                code: "duplicate_origin",
                message: "The Origin header field appears more than once."
            )
        }
        self.origin = head.fields["origin"]
        self.wantsBeta =
            self.handshake.subprotocols.contains(Self.betaSubprotocol)
            || UpstreamRequestFields.asksForBeta(head)
        self.host = head.fields["host"]
        self.liveVersion = UpstreamRequestFields.liveVersion(inPath: head.path)
    }

    var model: String? {
        self.query.first { $0.name == "model" }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Whether this is a transcription-only session, whose model is named later, inside the session.
    var isTranscription: Bool {
        self.query.contains { $0.name == "intent" && $0.value == "transcription" }
    }

    /// Whether the client opted into the beta shape (protocol/realtime.md §11), by subprotocol or by field.
    let wantsBeta: Bool

    /// What the upgrade leaves to the first message.
    var form: OpeningForm {
        if let version = self.liveVersion { return .live(version: version) }
        let isNamed = self.query.contains { $0.name == "model" || $0.name == "intent" || $0.name == "call_id" }
        return isNamed ? .query : .compact
    }

    var selectedSubprotocol: String? {
        self.handshake.subprotocols.contains(Self.subprotocol) ? Self.subprotocol : nil
    }

    /// Whether the page that asks was served under the name that it asks at: the console's own.
    ///
    /// A rebound name comes as far, and then needs a key as everybody does.
    var isOwnPage: Bool {
        guard let origin = self.origin?.lowercased(), let host = self.host?.lowercased() else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    /// A page in a browser cannot read a refused handshake, so it is told inside the session instead.
    var isBrowser: Bool {
        guard self.origin != nil else { return false }
        // Pages that speak Gemini Live have their key in the query.
        return self.liveVersion != nil
            || self.handshake.subprotocols.contains { CredentialReader.carriesKey(subprotocol: $0) }
    }
}
