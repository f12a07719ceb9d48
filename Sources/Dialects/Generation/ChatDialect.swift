// The three ways of speaking chat over HTTP that clients and providers have (protocol: http).

/// A provider's way of speaking chat.
package enum ChatDialect: String, Sendable, Equatable, CaseIterable {
    /// `POST /v1/chat/completions`.
    case openai
    /// `POST /v1/messages`.
    case claude
    /// `POST /v1beta/models/{m}:generateContent`.
    case gemini
}
