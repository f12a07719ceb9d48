// A client's request as one upstream is asked it: where, with what, and what is to be done with its answer.

import Dialects
import SessionCore

/// A request in an upstream's words.
struct UpstreamCall {
    /// What becomes of the answer.
    enum Treatment: Equatable {
        /// It goes on as it comes.
        case passed
        /// It is read in the upstream's dialect and written in the client's.
        case translated
    }

    /// Behind the base URL's path.
    var path: String
    /// Items of the query; nil passes the client's own on.
    var query: [(name: String, value: String)]?
    /// Fields that belong to the dialect.
    var fields: [(name: String, value: String)] = []
    var contentType = "application/json"
    var accept: String
    var body: [UInt8]
    var dialect: ChatDialect
    var treatment: Treatment
    /// Names of the client's members that were left out because they only tune the answer.
    var dropped: [String] = []
}

extension UpstreamCall {
    /// A request that was written in the candidate's dialect, which its client does not speak.
    init(translated request: TranslatedRequest, for candidate: Candidate, isStream: Bool, isCount: Bool = false) {
        let dialect = candidate.upstream.chatDialect
        self.init(
            path: Self.path(in: dialect, model: candidate.model, isStream: isStream, isCount: isCount),
            query: dialect == .gemini && isStream ? [("alt", "sse")] : [],
            fields: UpstreamRequestFields.dialectFields(dialect, from: nil),
            accept: isStream ? "text/event-stream" : "application/json",
            body: request.body,
            dialect: dialect,
            treatment: .translated,
            dropped: request.dropped
        )
    }

    /// Behind the base URL's path (protocol: http §0).
    static func path(in dialect: ChatDialect, model: String, isStream: Bool, isCount: Bool) -> String {
        switch dialect {
        case .openai: return "/chat/completions"
        case .claude: return isCount ? "/messages/count_tokens" : "/messages"
        case .gemini:
            let verb = isCount ? "countTokens" : isStream ? "streamGenerateContent" : "generateContent"
            return "\(GeminiPath.resource(model)):\(verb)"
        }
    }
}
