// The client's messages of the compact vocabulary (Sources/RealtimeTranslation/README.md).

import Foundation

/// Builds client messages.
enum SeedMessage {
    /// The first message: the model, the settings, and the key where no header carries it.
    static func opening(_ plan: TalkPlan, id: String) -> [UInt8] {
        var session: [String: Any] = [:]
        if let model = plan.model { session["model"] = model }
        if let instructions = plan.instructions { session["instructions"] = instructions }
        if !plan.tools.isEmpty { session["tools"] = plan.tools.map(ClientEvent.declaration) }
        var event: [String: Any] = ["type": "session.update", "event_id": id, "session": session]
        if let key = plan.key { event["authorization"] = "Bearer \(key)" }
        return ClientEvent.encode(event)
    }

    static func message(_ text: String, id: String) -> [UInt8] {
        ClientEvent.encode(["type": "message", "event_id": id, "message": text])
    }

    static func toolResult(callID: String, output: String, id: String) -> [UInt8] {
        ClientEvent.encode(["type": "tool_result", "event_id": id, "call_id": callID, "output": output])
    }
}
