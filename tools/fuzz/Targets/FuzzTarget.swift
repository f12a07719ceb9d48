// What is fuzzed, and the one property that all targets share: however the input is cut into pieces, the parser says the
// same. A disagreement is told as a value, so that the fuzzer and the ordinary tests can both make what they like of it.

/// A part of Longwire that reads what peers send.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case frames
    case compressedMessages = "compressed-messages"
    case deflateNegotiation = "deflate-negotiation"
    case serverHandshake = "server-handshake"
    case clientHandshake = "client-handshake"
    case requestHead = "request-head"
    case responseHead = "response-head"
    case chunkedBody = "chunked-body"
    case requestTarget = "request-target"
    case eventStream = "event-stream"
    case eventType = "event-type"
    case chatRequest = "chat-request"
    case realtimeUsage = "realtime-usage"
    case realtimeShapes = "realtime-shapes"
    case compactVocabulary = "compact-vocabulary"

    /// Inputs longer than this are cut, so that each run stays short.
    package static let inputLimit = 4096

    /// Runs the target; nil when its property held.
    ///
    /// The first byte of the input chooses how the rest is cut.
    package func disagreement(on input: [UInt8]) -> Disagreement? {
        guard let first = input.first else { return nil }
        let piece = Int(first & 31) + 1
        let body = Array(input.dropFirst().prefix(Self.inputLimit))
        switch self {
        case .frames: return WebSocketTargets.frames(body, piece: piece, asServer: first & 32 == 0)
        case .compressedMessages: return WebSocketTargets.compressedMessages(body, piece: piece)
        case .deflateNegotiation: return WebSocketTargets.deflateNegotiation(body)
        case .serverHandshake: return WebSocketTargets.serverHandshake(body)
        case .clientHandshake: return WebSocketTargets.clientHandshake(body)
        case .requestHead: return HTTPTargets.requestHead(body, piece: piece)
        case .responseHead: return HTTPTargets.responseHead(body, piece: piece)
        case .chunkedBody: return HTTPTargets.chunkedBody(body, piece: piece)
        case .requestTarget: return HTTPTargets.requestTarget(body)
        case .eventStream: return DialectTargets.eventStream(body, piece: piece)
        case .eventType: return DialectTargets.eventType(body, piece: piece)
        case .chatRequest: return DialectTargets.chatRequest(body)
        case .realtimeUsage: return DialectTargets.realtimeUsage(body)
        case .realtimeShapes: return TranslationTargets.shapes(body)
        case .compactVocabulary: return TranslationTargets.compact(body)
        }
    }
}

/// Two answers that should have been one.
package struct Disagreement: Equatable, Sendable, CustomStringConvertible {
    package let expected: String
    package let found: String

    package var description: String { "expected \(self.expected)\n   found \(self.found)" }

    /// Nil when both are the same.
    static func between(_ expected: String, _ found: String) -> Disagreement? {
        expected == found ? nil : Disagreement(expected: expected, found: found)
    }
}
