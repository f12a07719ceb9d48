// Client events: what each asks for (realtime reference §4), and the errors for what makes no sense.

import Dialects
import Foundation

extension SimulatedRealtimeSession {
    private static let eventTypes = [
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
        "conversation.item.create", "conversation.item.retrieve", "conversation.item.truncate",
        "conversation.item.delete", "response.create", "response.cancel",
    ]

    /// Takes one client event; every refusal becomes an `error` event that names the client's `event_id`.
    mutating func handle(_ message: [UInt8]) {
        guard let parsed = try? JSONParser.parse(message) else {
            let refusal = RealtimeRefusal(
                code: "invalid_json",
                message: "We could not parse the JSON body of your message."
            )
            self.send(refusal, eventID: nil)
            return
        }
        let eventID = parsed["event_id"]?.string
        do throws(RealtimeRefusal) {
            guard parsed.isObject, let type = parsed["type"]?.string else { throw .missing("type") }
            if let eventID, eventID.utf8.count > SimulatorLimits.eventIDBytes {
                throw .invalid("event_id", "at most \(SimulatorLimits.eventIDBytes) bytes are expected.")
            }
            let event = self.opening.isBeta ? BetaShape.inbound(parsed) : parsed
            try self.dispatch(event["type"]?.string ?? type, event)
        } catch {
            let shown = eventID.map { String($0.prefix(SimulatorLimits.eventIDBytes)) }
            self.send(error, eventID: shown)
        }
    }

    private mutating func dispatch(_ type: String, _ event: JSONValue) throws(RealtimeRefusal) {
        switch type {
        case "session.update": try self.updateSession(event)
        case "input_audio_buffer.append": try self.appendAudio(event)
        case "input_audio_buffer.commit": try self.commitAudio()
        case "input_audio_buffer.clear":
            self.inputAudio.clear()
            self.send("input_audio_buffer.cleared", [:])
        case "conversation.item.create": try self.createItem(event)
        case "conversation.item.retrieve": try self.retrieveItem(event)
        case "conversation.item.truncate": try self.truncateItem(event)
        case "conversation.item.delete": try self.deleteItem(event)
        case "response.create":
            guard !self.opening.isTranscription else {
                throw .invalid("type", "a transcription session makes no responses.")
            }
            let request = try ResponseRequest(overrides: event["response"], session: self.settings.json)
            try self.startResponse(request)
        case "response.cancel": try self.cancelResponse(event)
        default:
            let supported = Self.eventTypes.map { "'\($0)'" }.joined(separator: ", ")
            throw RealtimeRefusal(
                code: "invalid_value",
                message: "Invalid value: '\(type.prefix(128))'. Supported values are: \(supported).",
                param: "type"
            )
        }
    }

    // MARK: Session

    private mutating func updateSession(_ event: JSONValue) throws(RealtimeRefusal) {
        guard let patch = event["session"] else { throw .missing("session") }
        if self.opening.isTranscription, self.opening.model != "sim-transcribe", patch["type"] == "transcription" {
            // `?model=` and a transcription session exclude each other (realtime reference §1).
            let message = "A transcription session names its model in session.audio.input.transcription."
            self.end(with: "invalid_model", message, closeCode: 4_000)
            return
        }
        try self.settings.update(patch)
        self.configureInput()
        self.send("session.updated", ["session": self.settings.json])
    }

    /// Hands the session's input settings to the audio buffer.
    mutating func configureInput() {
        let detection = self.settings.turnDetection
        let detector = detection.map {
            VoiceActivityDetector(
                threshold: $0.threshold,
                paddingMilliseconds: $0.paddingMilliseconds,
                silenceMilliseconds: $0.silenceMilliseconds
            )
        }
        self.inputAudio.configure(
            format: self.settings.inputFormat,
            detector: detector,
            paddingMilliseconds: detection?.paddingMilliseconds ?? 0
        )
        self.utteranceID = nil
    }

    // MARK: Items

    private mutating func createItem(_ event: JSONValue) throws(RealtimeRefusal) {
        guard let json = event["item"] else { throw .missing("item") }
        let id = try self.itemID(chosenBy: json)
        let item = try ConversationItem(client: json, id: id, path: "item")
        if item.type == "function_call_output" {
            let isKnown = self.conversation.items.contains { $0.type == "function_call" && $0.callID == item.callID }
            guard isKnown else {
                throw RealtimeRefusal(
                    code: "invalid_tool_call_id",
                    message: "Tool call ID '\((item.callID ?? "").prefix(64))' not found in conversation.",
                    param: "item.call_id"
                )
            }
        }
        try self.conversation.insert(item, after: event["previous_item_id"]?.string)
        self.announce(item, events: ["conversation.item.added", "conversation.item.done"])
    }

    private mutating func itemID(chosenBy json: JSONValue) throws(RealtimeRefusal) -> String {
        guard let id = json["id"]?.string else { return self.identifiers.next("item_") }
        guard !id.isEmpty, id.utf8.count <= SimulatorLimits.itemIDBytes else {
            throw .invalid("item.id", "1 to \(SimulatorLimits.itemIDBytes) bytes are expected.")
        }
        return id
    }

    /// Tells of an item, with the one before it.
    mutating func announce(_ item: ConversationItem, events: [String]) {
        let previous = JSONValue.optional(self.conversation.idBefore(item.id))
        for type in events {
            self.send(type, ["previous_item_id": previous, "item": item.json])
        }
    }

    private func existingItem(_ event: JSONValue, code: String) throws(RealtimeRefusal) -> ConversationItem {
        guard let id = event["item_id"]?.string else { throw .missing("item_id") }
        guard let item = self.conversation.item(id) else {
            throw RealtimeRefusal(
                code: code,
                message: "There is no item with the id '\(id.prefix(64))'.",
                param: "item_id"
            )
        }
        return item
    }

    private mutating func retrieveItem(_ event: JSONValue) throws(RealtimeRefusal) {
        let item = try self.existingItem(event, code: "item_retrieve_invalid_item_id")
        let speech = SpeechSynthesizer(format: .pcm, voice: "marin", speed: 1)
        var json = item.json
        json["content"] = .array(
            item.parts.map { part in
                var part = part
                if part["type"] == "input_audio", let audio = item.audio {
                    part["audio"] = .string(Data(audio.bytes).base64EncodedString())
                } else if part["type"] == "output_audio", let transcript = part["transcript"]?.string {
                    let bytes = AnswerPieces.cut(transcript).flatMap(speech.audio)
                    part["audio"] = .string(Data(bytes).base64EncodedString())
                }
                return part
            }
        )
        if item.json["content"] == nil { json["content"] = nil }
        self.send("conversation.item.retrieved", ["item": json])
    }

    private mutating func truncateItem(_ event: JSONValue) throws(RealtimeRefusal) {
        var item = try self.existingItem(event, code: "item_truncate_invalid_item_id")
        guard let index = event["content_index"]?.integer else { throw .missing("content_index") }
        guard let end = event["audio_end_ms"]?.integer else { throw .missing("audio_end_ms") }
        guard item.role == "assistant", item.parts.first?["type"] == "output_audio" else {
            throw RealtimeRefusal(
                code: "item_truncate_invalid_item_id",
                message: "Only assistant messages with audio can be truncated.",
                param: "item_id"
            )
        }
        guard index == 0 else { throw .invalid("content_index", "0 is expected.") }
        guard end >= 0, end <= item.spokenMilliseconds else {
            throw .invalid(
                "audio_end_ms",
                "Audio content of \(item.spokenMilliseconds)ms is already shorter than \(end)ms."
            )
        }
        item.spokenMilliseconds = end
        // The provider forgets the transcript too: nobody knows which words were heard.
        item.json["content"] = [["type": "output_audio", "transcript": ""]]
        self.conversation.replace(item)
        self.send(
            "conversation.item.truncated",
            ["item_id": .string(item.id), "content_index": 0, "audio_end_ms": .integer(end)]
        )
    }

    private mutating func deleteItem(_ event: JSONValue) throws(RealtimeRefusal) {
        let item = try self.existingItem(event, code: "item_delete_invalid_item_id")
        _ = self.conversation.remove(item.id)
        self.send("conversation.item.deleted", ["item_id": .string(item.id)])
    }
}
