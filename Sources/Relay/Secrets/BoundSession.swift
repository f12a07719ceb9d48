// What a client secret binds: its session configuration holds whatever the client says (protocol: realtime §2, §3).
//
// The relay sends the configuration upstream itself before anything of the client's; later events of the client's keep
// what is theirs and lose what is bound. Members have two spellings, the current and the older (§11): either is bound by
// the other.

import Dialects
import SessionCore

/// The configuration of one session that was opened with a secret.
final class BoundSession {
    /// Current and older place of what is one setting.
    private static let spellings: [(current: [String], older: [String])] = [
        (["output_modalities"], ["modalities"]), (["max_output_tokens"], ["max_response_output_tokens"]),
        (["audio", "input", "format"], ["input_audio_format"]),
        (["audio", "output", "format"], ["output_audio_format"]),
        (["audio", "input", "transcription"], ["input_audio_transcription"]),
        (["audio", "input", "noise_reduction"], ["input_audio_noise_reduction"]),
        (["audio", "input", "turn_detection"], ["turn_detection"]), (["audio", "output", "voice"], ["voice"]),
        (["audio", "output", "speed"], ["speed"]),
    ]
    private static let empty = Array("{}".utf8)

    /// The public model id; nil for a transcription session that names none.
    let model: String?
    /// The longest life of the session.
    let maximum: Duration?
    /// What is bound, without the model: that is settled by the connection.
    private let settings: [UInt8]
    /// The same in both spellings: what a client may not say.
    private let withheld: [UInt8]

    init(_ secret: ClientSecret) throws(JSONViolation) {
        self.model = secret.model
        self.maximum = secret.maximumSession
        let settings = try JSONBinding.remove(Array(#"{"model":null}"#.utf8), from: Array(secret.session.utf8))
        var withheld = try JSONBinding.bind(settings, to: Array(#"{"model":null}"#.utf8))
        for (current, older) in Self.spellings {
            for (from, to) in [(current, older), (older, current)] {
                guard let value = JSONBinding.value(from, of: settings) else { continue }
                withheld = try JSONBinding.bind(Self.nested(value, at: to), to: withheld)
            }
        }
        self.settings = settings
        self.withheld = withheld
    }

    /// Tells whether the session may name this model.
    func allows(model: String) -> Bool { self.model.map { $0 == model } ?? true }

    /// Whether the session only transcribes.
    static func isTranscription(_ secret: ClientSecret) -> Bool { self.type(of: secret, is: "transcription") }

    /// Whether the secret opens chat completions, and no session: a type that only the console's API makes.
    static func isChat(_ secret: ClientSecret) -> Bool { self.type(of: secret, is: "chat") }

    private static func type(of secret: ClientSecret, is name: String) -> Bool {
        JSONBinding.value(["type"], of: Array(secret.session.utf8)) == Array("\"\(name)\"".utf8)
    }

    /// The model that the configuration has transcribe what is heard.
    var transcriptionModel: String? {
        let value =
            JSONBinding.value(["audio", "input", "transcription", "model"], of: self.settings)
            ?? JSONBinding.value(["input_audio_transcription", "model"], of: self.settings)
        return value.flatMap { JSONString.decode($0.span, 1..<max(1, $0.count - 1)) }
    }

    /// The event that comes before everything of the client's; nil when nothing but the model is bound.
    func opening() throws(JSONViolation) -> [UInt8]? {
        let type = Array(#"{"type":null}"#.utf8)
        guard try JSONBinding.remove(type, from: self.settings) != Self.empty else { return nil }
        var event = Array(#"{"type":"session.update","event_id":"#.utf8)
        JSONString.append(EventID.make(), to: &event)
        event.append(contentsOf: #","session":"#.utf8)
        event.append(contentsOf: self.settings)
        event.append(contentsOf: "}".utf8)
        return event
    }

    /// A `session.update` of the client's with all that is bound as it was bound.
    func settings(_ event: [UInt8]) throws(JSONViolation) -> [UInt8] {
        try JSONBinding.change("session", in: event) { session throws(JSONViolation) in
            try JSONBinding.bind(JSONBinding.remove(self.withheld, from: session), to: self.settings)
        }
    }

    /// A `response.create` of the client's without anything that is bound.
    func turn(_ event: [UInt8]) throws(JSONViolation) -> [UInt8] {
        try JSONBinding.change("response", in: event) { response throws(JSONViolation) in
            try JSONBinding.remove(self.withheld, from: response)
        }
    }

    private static func nested(_ value: [UInt8], at path: [String]) -> [UInt8] {
        path.reversed().reduce(value) { inner, name in
            Array("{".utf8) + JSONString.bytes(name) + Array(":".utf8) + inner + Array("}".utf8)
        }
    }
}
