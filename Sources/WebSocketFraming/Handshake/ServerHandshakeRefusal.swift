// Why an upgrade request is not answered with 101, and what it is answered with instead: RFC 6455 §4.2.1, §4.4.
// The client is to blame for each of them; trying again without a change will not help.

extension ServerHandshake {
    /// A request that is no acceptable handshake.
    package enum Refusal: Error, Equatable, Sendable, CaseIterable {
        case notAnUpgrade
        case methodNotAllowed
        case versionUnsupported
        case keyMissing
        case keyInvalid
        case keyDuplicated
        case http10
        case badSubprotocols

        package var status: Int {
            switch self {
            case .notAnUpgrade, .versionUnsupported: 426
            case .methodNotAllowed: 405
            case .keyMissing, .keyInvalid, .keyDuplicated, .http10, .badSubprotocols: 400
            }
        }

        /// A stable word for programs and logs.
        package var code: String {
            switch self {
            case .notAnUpgrade: "upgrade_required"
            case .methodNotAllowed: "method_not_allowed"
            case .versionUnsupported: "unsupported_websocket_version"
            case .keyMissing: "missing_websocket_key"
            case .keyInvalid: "invalid_websocket_key"
            case .keyDuplicated: "duplicate_websocket_key"
            case .http10: "unsupported_http_version"
            case .badSubprotocols: "invalid_subprotocol"
            }
        }

        package var message: String {
            switch self {
            case .notAnUpgrade: "This endpoint speaks WebSocket: send an upgrade request."
            case .methodNotAllowed: "A WebSocket handshake uses the GET method."
            case .versionUnsupported: "Only version 13 of the WebSocket protocol is supported."
            case .keyMissing: "The Sec-WebSocket-Key header is missing."
            case .keyInvalid: "The Sec-WebSocket-Key header is not 16 bytes in base64."
            case .keyDuplicated: "The Sec-WebSocket-Key header is given more than once."
            case .http10: "A WebSocket handshake needs HTTP/1.1."
            case .badSubprotocols: "The Sec-WebSocket-Protocol header is not a list of different tokens of fair length."
            }
        }

        /// Fields that the refusing answer must carry.
        package var fields: [HandshakeField] {
            switch self {
            case .notAnUpgrade:
                // RFC 9110 §15.5.22: a 426 says which protocol it wants.
                [HandshakeField("Upgrade", "websocket"), HandshakeField("Connection", "Upgrade")]
            case .versionUnsupported:
                [
                    HandshakeField("Upgrade", "websocket"), HandshakeField("Connection", "Upgrade"),
                    HandshakeField("Sec-WebSocket-Version", "13"),
                ]
            case .methodNotAllowed:
                [HandshakeField("Allow", "GET")]
            case .keyMissing, .keyInvalid, .keyDuplicated, .http10, .badSubprotocols:
                []
            }
        }
    }
}
