// Items of the conversation as clients make, read, cut and delete them (realtime §4).

import Dialects

extension ChatSession {
    mutating func createItem(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["item", "previous_item_id"])
        guard let value = event.value["item"] else { throw .missing("item") }
        let previous = try event.optionalText("previous_item_id")
        var reader = ItemReader(path: "item", deafness: description.canTranscribe ? nil : SettingsCheck.deafness)
        let item = try reader.read(value, identifiers: &identifiers)
        if let id = item.callID, conversation.hasCall(id) {
            throw .value("item.call_id", "another function call has the same id.")
        }
        if let id = item.answeredCallID, !conversation.hasCall(id) {
            throw .value("item.call_id", "there is no function call '\(SessionRefusal.shortened(id))' to answer.")
        }
        let works = try insert(item, with: reader.sounds, after: previous)
        announceWhole(item.id)
        for work in works { act(work) }
    }

    /// Tells of an item that came whole.
    mutating func announceWhole(_ id: String) {
        guard let item = conversation.item(id) else { return }
        announce(item, "conversation.item.added")
        announce(item, "conversation.item.done")
    }

    /// Tells of an item and where it stands.
    mutating func announce(_ item: ConversationItem, _ type: String) {
        say(type, ["previous_item_id": .optional(conversation.idBefore(item.id)), "item": item.value])
    }

    mutating func retrieveItem(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["item_id"])
        let item = try existingItem(event, code: "item_retrieve_invalid_item_id")
        say("conversation.item.retrieved", ["item": item.value])
    }

    mutating func deleteItem(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["item_id"])
        let code = "item_delete_invalid_item_id"
        let item = try finishedItem(event, code: code)
        conversation.remove(item.id)
        say("conversation.item.deleted", ["item_id": .string(item.id)])
        dropTranscriptions(of: item.id)
    }

    /// What a listener did not hear is taken out of the text, in proportion: nobody knows which word was the last.
    mutating func truncateItem(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["item_id", "content_index", "audio_end_ms"])
        let code = "item_truncate_invalid_item_id"
        var item = try finishedItem(event, code: code)
        let index = try event.count("content_index")
        let end = try event.count("audio_end_ms")
        guard case .outputAudio(let transcript, let milliseconds)? = item.part(index) else {
            throw SessionRefusal(
                code: item.role == .assistant ? "invalid_value" : code,
                message: "Only spoken messages of the assistant can be cut, and this is none.",
                param: item.part(index) == nil ? "content_index" : "item_id"
            )
        }
        guard end <= milliseconds else {
            throw .value("audio_end_ms", "the audio of \(milliseconds) ms is shorter than \(end) ms already.")
        }
        let heard = Self.cut(transcript, to: end, of: milliseconds)
        item.replacePart(index, with: .outputAudio(transcript: heard, milliseconds: end))
        conversation.replace(item)
        say(
            "conversation.item.truncated",
            [
                "item_id": .string(item.id), "content_index": .integer(index), "audio_end_ms": .integer(end),
            ]
        )
    }

    /// The share of a text that was heard, back to the end of a word.
    private static func cut(_ text: String, to end: Int, of milliseconds: Int) -> String {
        guard end < milliseconds else { return text }
        let count = Int(Double(text.count) * Double(end) / Double(milliseconds))
        let start = text.prefix(count)
        guard start.endIndex < text.endIndex, !text[start.endIndex].isWhitespace else { return String(start) }
        guard let space = start.lastIndex(where: \.isWhitespace) else { return "" }
        return String(start[..<space])
    }

    private func existingItem(_ event: ClientEvent, code: String) throws(SessionRefusal) -> ConversationItem {
        let id = try event.text("item_id")
        guard let item = conversation.item(id) else {
            let name = SessionRefusal.shortened(id)
            throw SessionRefusal(code: code, message: "There is no item '\(name)'.", param: "item_id")
        }
        return item
    }

    private func finishedItem(_ event: ClientEvent, code: String) throws(SessionRefusal) -> ConversationItem {
        let item = try existingItem(event, code: code)
        guard item.status != .inProgress else {
            throw SessionRefusal(
                code: code,
                message: "The item is still being made: cancel its response first.",
                param: "item_id"
            )
        }
        return item
    }
}
