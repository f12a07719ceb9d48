// The older, flat shape of the realtime protocol, as a translation of the GA shape at the edge of the session.
//
// Inside, a session knows the GA shape only. Events that the older shape lacks are left out, renamed ones renamed,
// nested settings flattened.

import Dialects

/// Translates between the beta shape on the wire and the GA shape inside.
enum BetaShape {
    /// Flat name and the path of the same setting in the GA shape.
    private static let settings: [(flat: String, path: [String])] = [
        ("input_audio_format", ["audio", "input", "format"]),
        ("input_audio_transcription", ["audio", "input", "transcription"]),
        ("input_audio_noise_reduction", ["audio", "input", "noise_reduction"]),
        ("turn_detection", ["audio", "input", "turn_detection"]),
        ("output_audio_format", ["audio", "output", "format"]),
        ("voice", ["audio", "output", "voice"]),
        ("speed", ["audio", "output", "speed"]),
    ]
    private static let formats: [(flat: String, type: String)] = [
        ("pcm16", "audio/pcm"), ("g711_ulaw", "audio/pcmu"), ("g711_alaw", "audio/pcma"),
    ]
    private static let eventPrefixes: [(ga: String, beta: String)] = [
        ("response.output_text.", "response.text."),
        ("response.output_audio_transcript.", "response.audio_transcript."),
        ("response.output_audio.", "response.audio."),
    ]

    // MARK: Client events

    /// A client event of the beta shape in the GA shape.
    static func inbound(_ event: JSONValue) -> JSONValue {
        var event = event
        switch event["type"]?.string {
        case "session.update":
            event["session"] = event["session"].map { self.nested($0, type: "realtime") }
        case "transcription_session.update":
            event["type"] = "session.update"
            event["session"] = event["session"].map { self.nested($0, type: "transcription") }
        case "conversation.item.create":
            event["item"] = event["item"].map { self.renamedContent(of: $0, toBeta: false) }
        case "response.create":
            event["response"] = event["response"].map(self.nestedResponse)
        default: break
        }
        return event
    }

    private static func nested(_ flat: JSONValue, type: String?) -> JSONValue {
        guard flat.isObject else { return flat }
        var result: JSONValue = type.map { ["type": .string($0)] } ?? [:]
        for member in flat.members {
            if let setting = self.settings.first(where: { $0.flat == member.key }) {
                self.set(
                    self.isFormat(setting.flat) ? self.format(member.value) : member.value,
                    at: setting.path,
                    in: &result
                )
            } else if member.key == "modalities" {
                result["output_modalities"] = member.value.elements.contains("audio") ? ["audio"] : ["text"]
            } else if member.key == "max_response_output_tokens" {
                result["max_output_tokens"] = member.value
            } else if type == nil || member.key != "type" {
                result[member.key] = member.value
            }
        }
        return result
    }

    private static func nestedResponse(_ flat: JSONValue) -> JSONValue {
        var result = self.nested(flat, type: nil)
        result["temperature"] = nil
        if let input = result["input"], input.isArray {
            result["input"] = .array(input.elements.map { self.renamedContent(of: $0, toBeta: false) })
        }
        return result
    }

    // MARK: Server events

    /// A server event of the GA shape in the beta shape; nil when that has no such event.
    static func outbound(_ event: JSONValue) -> JSONValue? {
        var event = event
        let type = event["type"]?.string ?? ""
        switch type {
        case "conversation.item.done": return nil
        case "conversation.item.added": event["type"] = "conversation.item.created"
        case "session.created", "session.updated":
            if event["session"]?["type"]?.string == "transcription" {
                event["type"] = .string("transcription_" + type)
            }
            event["session"] = event["session"].map(self.flattened)
        default:
            for prefix in self.eventPrefixes where type.hasPrefix(prefix.ga) {
                event["type"] = .string(prefix.beta + type.dropFirst(prefix.ga.count))
            }
        }
        event["item"] = event["item"].map { self.renamedContent(of: $0, toBeta: true) }
        event["response"] = event["response"].map(self.flattenedResponse)
        return event
    }

    private static func flattened(_ session: JSONValue) -> JSONValue {
        var flat = session
        for (name, path) in self.settings {
            guard let value = self.get(path, in: session) else { continue }
            flat[name] = self.isFormat(name) ? self.format(value) : value
        }
        flat["modalities"] = session["output_modalities"].map(self.modalities)
        flat["max_response_output_tokens"] = session["max_output_tokens"]
        if session["type"]?.string == "realtime" { flat["temperature"] = session["temperature"] ?? 0.8 }
        for name in ["type", "audio", "output_modalities", "max_output_tokens", "truncation", "prompt", "tracing"] {
            flat[name] = nil
        }
        return flat
    }

    private static func flattenedResponse(_ response: JSONValue) -> JSONValue {
        var flat = response
        flat["modalities"] = response["output_modalities"].map(self.modalities)
        flat["voice"] = self.get(["audio", "output", "voice"], in: response)
        flat["output_audio_format"] = self.get(["audio", "output", "format"], in: response).map(self.format)
        flat["temperature"] = 0.8
        flat["output"] = .array(
            (response["output"]?.elements ?? []).map { self.renamedContent(of: $0, toBeta: true) }
        )
        flat["output_modalities"] = nil
        flat["audio"] = nil
        if var details = response["usage"]?["input_token_details"] {
            details["image_tokens"] = nil
            details["cached_tokens_details"] = nil
            flat["usage"]?["input_token_details"] = details
        }
        return flat
    }

    // MARK: Parts

    private static func modalities(_ modalities: JSONValue) -> JSONValue {
        modalities == ["audio"] ? ["text", "audio"] : modalities
    }

    private static func isFormat(_ name: String) -> Bool {
        name.hasSuffix("_format")
    }

    /// Translates a format either way: a name to an object, an object to a name.
    private static func format(_ value: JSONValue) -> JSONValue {
        if let name = value.string, let format = self.formats.first(where: { $0.flat == name }) {
            return SimulatedAudioFormat(rawValue: format.type)?.json ?? value
        }
        if let type = value["type"]?.string, let format = self.formats.first(where: { $0.type == type }) {
            return .string(format.flat)
        }
        return value
    }

    /// Assistant content is `text` and `audio` in the beta shape, `output_text` and `output_audio` in GA.
    private static func renamedContent(of item: JSONValue, toBeta: Bool) -> JSONValue {
        guard let content = item["content"], content.isArray else { return item }
        var item = item
        item["content"] = .array(
            content.elements.map { part in
                var part = part
                switch (part["type"]?.string, toBeta) {
                case ("output_text", true): part["type"] = "text"
                case ("output_audio", true): part["type"] = "audio"
                case ("text", false): part["type"] = "output_text"
                case ("audio", false): part["type"] = "output_audio"
                default: break
                }
                return part
            }
        )
        return item
    }

    private static func get(_ path: [String], in json: JSONValue) -> JSONValue? {
        var value: JSONValue? = json
        for name in path {
            value = value?[name]
        }
        return value
    }

    private static func set(_ value: JSONValue, at path: [String], in json: inout JSONValue) {
        guard let first = path.first else {
            json = value
            return
        }
        var child = json[first] ?? [:]
        self.set(value, at: Array(path.dropFirst()), in: &child)
        json[first] = child
    }
}
