// Checks of the audio of a session or a response (realtime §3).

import Dialects

extension SettingsCheck {
    private static let inputMembers: Set<String> = ["format", "noise_reduction", "transcription", "turn_detection"]
    private static let outputMembers: Set<String> = ["format", "voice", "speed"]
    private static let transcriptionMembers: Set<String> = [
        "model", "language", "languages", "prompt", "keywords", "delay",
    ]
    private static let speeds = 0.25...1.5

    /// Checks the `audio.input` of a session.
    func audioInput(_ value: JSONValue, at path: String) throws(SessionRefusal) {
        try Self.members(value, of: path, allowed: Self.inputMembers)
        try format(value["format"], at: "\(path).format")
        if let reduction = value["noise_reduction"], !reduction.isNull {
            guard reduction.isObject else { throw .type("\(path).noise_reduction", "an object or null") }
            guard reduction["type"] == "near_field" || reduction["type"] == "far_field" else {
                throw .value("\(path).noise_reduction.type", "supported are 'near_field' and 'far_field'.")
            }
        }
        if let detection = value["turn_detection"], !detection.isNull {
            throw .unsupported(
                "\(path).turn_detection",
                "a chat model's session detects no turns: set null, commit the audio and ask for a response."
            )
        }
        try transcription(value["transcription"], at: "\(path).transcription")
    }

    private func transcription(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value, !value.isNull else { return }
        guard canTranscribe else {
            throw .unsupported(path, Self.deafness)
        }
        try Self.members(value, of: path, allowed: Self.transcriptionMembers)
        for name in ["model", "language", "prompt"] {
            if let text = value[name], text.string == nil, !text.isNull { throw .type("\(path).\(name)", "a string") }
        }
    }

    /// Why audio input is refused, and what would help.
    static let deafness = "this is a chat model that cannot hear: its configuration names no 'speech.transcription'."

    /// Checks the `audio.output` of a session or a response.
    func audioOutput(_ value: JSONValue, at path: String) throws(SessionRefusal) {
        try Self.members(value, of: path, allowed: Self.outputMembers)
        try format(value["format"], at: "\(path).format")
        if let speed = value["speed"], !speed.isNull {
            guard let number = speed.double else { throw .type("\(path).speed", "a number") }
            guard Self.speeds.contains(number) else {
                throw .value("\(path).speed", "a number from 0.25 to 1.5 is expected.")
            }
        }
        if let voice = value["voice"], !voice.isNull {
            guard let name = voice.string ?? voice["id"]?.string else {
                throw .type("\(path).voice", "a string or an object with an 'id'")
            }
            guard !name.isEmpty else { throw .value("\(path).voice", "a name is expected.") }
        }
    }

    private func format(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value, !value.isNull else { return }
        try Self.members(value, of: path, allowed: ["type", "rate"])
        guard let type = value["type"] else { throw .missing("\(path).type") }
        guard let name = type.string else { throw .type("\(path).type", "a string") }
        guard let format = AudioFormat(rawValue: name) else {
            throw .value("\(path).type", "supported are 'audio/pcm', 'audio/pcmu' and 'audio/pcma'.")
        }
        if let rate = value["rate"], !rate.isNull, rate.integer != format.samplesPerSecond {
            throw .value("\(path).rate", "\(format.samplesPerSecond) is expected.")
        }
    }
}
