// In which of its forms a client opens a realtime session, and how each is told that it may not.

import RealtimeTranslation
import SessionCore
import Transport
import WebSocketFraming

/// What an upgrade request leaves to the first message.
enum OpeningForm: Equatable {
    /// Nothing: the query names the model, the purpose or the call (protocol: realtime §1).
    case query
    /// The model, and maybe the credential: the compact vocabulary (`RealtimeTranslation/README.md`).
    case compact
    /// The model: a client that speaks Gemini Live, whose first message is its setup (protocol: realtime §14).
    case live(version: String)

    /// Whether the client speaks Gemini Live.
    var isLive: Bool {
        if case .live = self { true } else { false }
    }

    /// Ends a connection that was answered 101 with the reason; `eventID` is what the client calls the message to blame.
    func tell(_ error: RelayError, causedBy eventID: String? = nil, to leg: WebSocketLeg) {
        switch self {
        case .query:
            leg.send(text: ErrorRendering.event(error))
        case .compact:
            var refusal = CompactRefusal(
                code: error.code,
                message: error.message,
                param: error.param,
                eventID: eventID
            )
            refusal.type = error.type
            leg.send(text: refusal.event)
        case .live:
            leg.close(code: error.liveCloseCode, reason: error.liveCloseReason)
            return
        }
        leg.close(code: CloseCode(rawValue: error.closeCode), reason: error.closeReason)
    }
}

/// What a first message says.
struct FirstWords {
    let model: String
    /// A credential, where the upgrade had none.
    let credential: CredentialReader.Finding
    let opening: Opening

    /// Whether the client speaks Gemini Live.
    var isLive: Bool {
        if case .live = self.opening { true } else { false }
    }

    /// The message itself, as its form has it.
    enum Opening {
        case compact(CompactOpening)
        case live(GeminiLiveSetup)
    }
}
