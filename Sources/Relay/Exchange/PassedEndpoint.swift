// OpenAI's other endpoints: passed on as they are, metered by what the answer tells, never translated. Only upstreams of the
// OpenAI dialect have them.

import Dialects

/// An endpoint whose request and answer pass as they are.
enum PassedEndpoint: String, CaseIterable {
    case embeddings = "/embeddings"
    case responses = "/responses"
    case completions = "/completions"
    case moderations = "/moderations"
    case images = "/images/generations"
    case speech = "/audio/speech"
    case transcriptions = "/audio/transcriptions"
    case translations = "/audio/translations"

    /// Whether the body is a form with a file rather than JSON.
    var isForm: Bool { self == .transcriptions || self == .translations }

    /// The model that OpenAI takes where the client names none, which it may there.
    var usualModel: String? { self == .moderations ? "omni-moderation-latest" : nil }

    /// Where the answer has its text.
    var shape: PassedAnswerShape {
        switch self {
        case .completions: .completion
        case .responses: .response
        case .transcriptions, .translations: .transcription
        case .embeddings, .moderations, .images, .speech: .other
        }
    }

    /// Whether `stream_options` is known there, so that usage can be asked for.
    var hasStreamOptions: Bool { self == .completions }

    /// Whether any kind of body is an answer: sound, text, subtitles.
    var answersAnything: Bool { self == .speech || self.isForm }
}
