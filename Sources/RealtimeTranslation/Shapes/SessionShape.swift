// The session object in both shapes (realtime §3, §11), whole as a server tells it and in part as `session.update` carries
// it. An update is a merge: what is absent stays absent, and a null that clears stays null.
//
// `temperature` has no place in GA, and a GA server refuses an update that carries it: on that way it is left out, unless
// whoever is there takes it. `truncation`, `prompt` and `reasoning` have none in the beta shape: they are left out where
// they say what is so without them (null, `auto`), and else go on, for the upstream to answer, rather than be lost.

internal import Dialects

/// Translates sessions.
enum SessionShape {
    /// Members of GA alone.
    private static let gaOnly = ["truncation", "prompt", "reasoning"]

    /// The GA session for a beta one; nil for what is no session.
    static func nested(
        _ text: ArraySlice<UInt8>,
        isTranscription: Bool,
        keepsTemperature: Bool
    ) -> ArraySlice<UInt8>? {
        guard let session = JSONObjectText(text), var audio = AudioSettings(session["audio"]) else { return nil }
        var result = JSONObjectText()
        for member in session.members where member.name != "audio" {
            if let place = AudioSettings.ofSession.first(where: { $0.flat == member.name }) {
                audio.nest(member.value, at: place)
                continue
            }
            switch member.name {
            case "modalities":
                if !isTranscription { result["output_modalities"] = Modalities.ga(member.value) }
            case "max_response_output_tokens": result["max_output_tokens"] = member.value
            case "temperature":
                if keepsTemperature { result["temperature"] = member.value }
            default: result[member.name] = member.value
            }
        }
        result["audio"] = audio.text
        if result["type"] == nil {
            result.prepend("type", JSONText.quoted(isTranscription ? "transcription" : "realtime"))
        }
        return result.text[...]
    }

    /// The beta session for a GA one; nil for what is no session.
    static func flattened(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let session = JSONObjectText(text), var audio = AudioSettings(session["audio"]) else { return nil }
        var result = JSONObjectText()
        for member in session.members where member.name != "audio" && member.name != "type" {
            switch member.name {
            case "output_modalities": result["modalities"] = Modalities.beta(member.value)
            case "max_output_tokens": result["max_response_output_tokens"] = member.value
            case let name where self.gaOnly.contains(name) && self.saysNothing(member.value): break
            default: result[member.name] = member.value
            }
        }
        for place in AudioSettings.ofSession {
            if let value = audio.flatten(place) { result[place.flat] = value }
        }
        result["audio"] = audio.text
        return result.text[...]
    }

    private static func saysNothing(_ value: ArraySlice<UInt8>) -> Bool {
        value == JSONText.null || JSONText.string(value) == "auto"
    }

    /// Whether a GA session only transcribes.
    static func isTranscription(_ text: ArraySlice<UInt8>?) -> Bool {
        guard let text, let session = JSONObjectText(text) else { return false }
        return session.string("type") == "transcription"
            || session.string("object") == "realtime.transcription_session"
    }
}
