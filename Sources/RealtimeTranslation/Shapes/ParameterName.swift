// What an error says was wrong (`param`; realtime §9), in the words of whoever is told: a beta client never wrote
// `session.audio.input.format`.

internal import Dialects

/// Translates the paths of parameters.
enum ParameterName {
    private static let names: [(beta: String, ga: String)] =
        AudioSettings.ofSession.map { ("session.\($0.flat)", "session.\($0.path)") }
        + AudioSettings.ofResponse.map { ("response.\($0.flat)", "response.\($0.path)") }
        + [
            ("session.modalities", "session.output_modalities"),
            ("session.max_response_output_tokens", "session.max_output_tokens"),
            ("response.modalities", "response.output_modalities"),
        ]

    /// The path in the other shape; nil when it is the same.
    static func renamed(_ path: String, to shape: RealtimeShape) -> String? {
        for (beta, ga) in self.names {
            let (old, new) = shape == .ga ? (beta, ga) : (ga, beta)
            guard path.hasPrefix(old) else { continue }
            let rest = path.dropFirst(old.count)
            if rest.isEmpty || rest.first == "." || rest.first == "[" { return new + rest }
        }
        return nil
    }

    /// The value of `error` of an event with its path renamed; nil when nothing changes.
    static func renamed(inError text: ArraySlice<UInt8>, to shape: RealtimeShape) -> ArraySlice<UInt8>? {
        guard var error = JSONObjectText(text), let path = error.string("param"),
            let other = self.renamed(path, to: shape)
        else { return nil }
        error["param"] = JSONText.quoted(other)
        return error.text[...]
    }
}
