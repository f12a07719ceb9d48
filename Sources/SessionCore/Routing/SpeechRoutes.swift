// What lets a model that only reads and writes hear and speak within a realtime session: other models, of upstreams that
// serve `/audio/transcriptions` and `/audio/speech` of the OpenAI API.

/// Where a chat model's sessions turn speech into text, and text into speech.
package struct SpeechRoutes: Sendable, Equatable {
    /// A model that speaks, and with which voice.
    package struct Synthesis: Sendable, Equatable {
        package var route: Route
        /// The voice of sessions that ask for none; nil leaves it to the provider's best known one.
        package var voice: String?

        package init(route: Route, voice: String? = nil) {
            self.route = route
            self.voice = voice
        }
    }

    /// Nil: sessions of the model hear nothing.
    package var transcription: Route?
    /// Nil: sessions of the model say nothing aloud.
    package var synthesis: Synthesis?

    package init(transcription: Route? = nil, synthesis: Synthesis? = nil) {
        self.transcription = transcription
        self.synthesis = synthesis
    }
}
