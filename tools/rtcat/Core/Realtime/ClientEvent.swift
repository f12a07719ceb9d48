// The client events a talk sends, in both shapes (protocol reference §3, §4, §11).

import Foundation

/// Builds client events.
enum ClientEvent {
    /// `session.update` with what the plan says and nothing else: what is absent keeps its value.
    static func sessionUpdate(_ plan: TalkPlan, id: String) -> [UInt8] {
        var session: [String: Any] = [:]
        if let instructions = plan.instructions { session["instructions"] = instructions }
        if !plan.tools.isEmpty {
            session["tools"] = plan.tools.map(self.declaration)
            session["tool_choice"] = "auto"
        }
        let transcription = plan.transcriber.map { ["model": $0] }
        switch plan.shape {
        case .ga:
            session["type"] = "realtime"
            session["output_modalities"] = [plan.modality.rawValue]
            var input: [String: Any] = [:]
            if let transcription { input["transcription"] = transcription }
            if plan.disablesDetection { input["turn_detection"] = NSNull() }
            var audio: [String: Any] = [:]
            if !input.isEmpty { audio["input"] = input }
            if let voice = plan.voice { audio["output"] = ["voice": voice] }
            if !audio.isEmpty { session["audio"] = audio }
        case .beta:
            session["modalities"] = plan.modality == .audio ? ["text", "audio"] : ["text"]
            if let voice = plan.voice { session["voice"] = voice }
            if let transcription { session["input_audio_transcription"] = transcription }
            if plan.disablesDetection { session["turn_detection"] = NSNull() }
        }
        return self.encode(["type": "session.update", "event_id": id, "session": session])
    }

    static func declaration(_ tool: TalkTool) -> [String: Any] {
        [
            "type": "function", "name": tool.name, "description": "Answers with what \(tool.name) knows.",
            "parameters": ["type": "object", "properties": [String: Any](), "additionalProperties": true],
        ]
    }

    static func userText(_ text: String, id: String) -> [UInt8] {
        let content: [[String: Any]] = [["type": "input_text", "text": text]]
        let item: [String: Any] = ["type": "message", "role": "user", "content": content]
        return self.encode(["type": "conversation.item.create", "event_id": id, "item": item])
    }

    static func functionOutput(callID: String, output: String, id: String) -> [UInt8] {
        let item: [String: Any] = ["type": "function_call_output", "call_id": callID, "output": output]
        return self.encode(["type": "conversation.item.create", "event_id": id, "item": item])
    }

    /// An event that is nothing but its type.
    static func plain(_ type: String, id: String) -> [UInt8] {
        self.encode(["type": type, "event_id": id])
    }

    /// By hand, for it is sent ten times a second and Base64 needs no escaping.
    static func append(_ audio: some Collection<UInt8>) -> [UInt8] {
        let text = Data(audio).base64EncodedString()
        return Array("{\"type\":\"input_audio_buffer.append\",\"audio\":\"\(text)\"}".utf8)
    }

    static func encode(_ event: [String: Any]) -> [UInt8] {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? JSONSerialization.data(withJSONObject: event, options: options) else { return [] }
        return Array(data)
    }
}
