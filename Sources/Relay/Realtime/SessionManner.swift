// By what a realtime session of a model is served: the wire of a realtime upstream, Gemini's live protocol behind a
// translator, or a chat model that is asked over HTTP.

import SessionCore

/// How one candidate serves realtime sessions.
enum SessionManner: Equatable {
    /// An upstream that speaks the realtime protocol of OpenAI, in either shape.
    case wire
    /// An upstream that speaks Gemini Live.
    case live
    /// Nothing but chat.
    case chat

    init(_ candidate: Candidate, of model: Model) {
        let isCapable = model.capabilities.contains { $0 == "realtime" || $0 == "transcription" }
        switch candidate.upstream.dialect {
        case .openai, .simulator:
            // What nobody describes is taken for what it is asked for.
            self = isCapable || model.capabilities.isEmpty ? .wire : .chat
        case .gemini: self = isCapable ? .live : .chat
        case .claude: self = .chat
        }
    }
}

extension ModelCatalog {
    /// Whether all that leads from the model is chat, so that nobody is dialled when a session opens.
    func isChatOnly(_ model: Model) -> Bool {
        let candidates = self.candidates(for: model, seed: 0)
        return !candidates.isEmpty && candidates.allSatisfy { SessionManner($0, of: model) == .chat }
    }
}
