// Checks of values that sessions and responses share.

import Dialects

/// Refuses values the protocol does not have.
enum SessionValues {
    /// The longest padding and silence that are accepted, in milliseconds.
    private static let detectionMilliseconds = 0...60_000

    /// Checks a session (GA shape), or the part of one that an update carries.
    static func check(_ json: JSONValue, at path: String) throws(RealtimeRefusal) {
        try self.checkModalities(json["output_modalities"], at: "\(path).output_modalities")
        try self.checkTokens(json["max_output_tokens"], at: "\(path).max_output_tokens")
        try self.checkTools(json["tools"], at: "\(path).tools")
        if let instructions = json["instructions"], instructions.string == nil {
            throw .invalid("\(path).instructions", "a string is expected.")
        }
        if let input = json["audio"]?["input"], input.isObject {
            try self.checkFormat(input["format"], at: "\(path).audio.input.format")
            try self.checkDetection(input["turn_detection"], at: "\(path).audio.input.turn_detection")
            if let transcription = input["transcription"], !transcription.isObject, !transcription.isNull {
                throw .invalid("\(path).audio.input.transcription", "an object or null is expected.")
            }
        }
        try self.checkOutput(json["audio"]?["output"], at: "\(path).audio.output")
    }

    static func checkOutput(_ output: JSONValue?, at path: String) throws(RealtimeRefusal) {
        guard let output, output.isObject else { return }
        try self.checkFormat(output["format"], at: "\(path).format")
        if let speed = output["speed"] {
            guard let value = speed.double, (0.25...1.5).contains(value) else {
                throw .invalid("\(path).speed", "a number from 0.25 to 1.5 is expected.")
            }
        }
        if let voice = output["voice"], voice.string == nil, voice["id"]?.string == nil {
            throw .invalid("\(path).voice", "a name or an object with an id is expected.")
        }
    }

    static func checkModalities(_ json: JSONValue?, at path: String) throws(RealtimeRefusal) {
        guard let json else { return }
        guard json == ["text"] || json == ["audio"] else {
            throw .invalid(path, "supported are [\"text\"] and [\"audio\"].")
        }
    }

    static func checkTokens(_ json: JSONValue?, at path: String) throws(RealtimeRefusal) {
        guard let json, json.string != "inf" else { return }
        guard let value = json.integer, (1...4_096).contains(value) else {
            throw .invalid(path, "\"inf\" or a whole number from 1 to 4096 is expected.")
        }
    }

    static func checkTools(_ json: JSONValue?, at path: String) throws(RealtimeRefusal) {
        guard let json else { return }
        guard json.isArray, json.elements.count <= SimulatorLimits.tools else {
            throw .invalid(path, "an array of at most \(SimulatorLimits.tools) tools is expected.")
        }
        for (index, tool) in json.elements.enumerated() {
            guard let type = tool["type"]?.string else { throw .missing("\(path)[\(index)].type") }
            if type == "function", ToolDefinition(tool) == nil { throw .missing("\(path)[\(index)].name") }
        }
    }

    private static func checkFormat(_ json: JSONValue?, at path: String) throws(RealtimeRefusal) {
        guard let json else { return }
        guard SimulatedAudioFormat(json) != nil else {
            throw .invalid("\(path).type", "supported are 'audio/pcm', 'audio/pcmu' and 'audio/pcma'.")
        }
        if let rate = json["rate"], rate.integer != 24_000, json["type"]?.string == "audio/pcm" {
            throw .invalid("\(path).rate", "24000 is expected.")
        }
    }

    private static func checkDetection(_ json: JSONValue?, at path: String) throws(RealtimeRefusal) {
        guard let json, !json.isNull else { return }
        guard json["type"]?.string == "server_vad" || json["type"]?.string == "semantic_vad" else {
            throw .invalid("\(path).type", "supported are 'server_vad' and 'semantic_vad'.")
        }
        if let threshold = json["threshold"], !(0...1).contains(threshold.double ?? -1) {
            throw .invalid("\(path).threshold", "a number from 0 to 1 is expected.")
        }
        for name in ["prefix_padding_ms", "silence_duration_ms"] {
            guard let value = json[name] else { continue }
            guard let milliseconds = value.integer, self.detectionMilliseconds.contains(milliseconds) else {
                throw .invalid("\(path).\(name)", "a whole number of milliseconds up to 60000 is expected.")
            }
        }
    }
}
