// What each event of a client's does (realtime §4).

import Dialects

extension ChatSession {
    private static let knownTypes = [
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
        "conversation.item.create", "conversation.item.retrieve", "conversation.item.truncate",
        "conversation.item.delete", "response.create", "response.cancel",
    ]

    mutating func handle(_ event: ClientEvent) throws(SessionRefusal) {
        switch event.type {
        case "session.update": try updateSession(event)
        case "input_audio_buffer.append": try appendAudio(event)
        case "input_audio_buffer.commit": try commitAudio(event)
        case "input_audio_buffer.clear": try clearAudio(event)
        case "conversation.item.create": try createItem(event)
        case "conversation.item.retrieve": try retrieveItem(event)
        case "conversation.item.truncate": try truncateItem(event)
        case "conversation.item.delete": try deleteItem(event)
        case "response.create": try createResponse(event)
        case "response.cancel": try cancelResponse(event)
        case "output_audio_buffer.clear":
            throw SessionRefusal(
                code: "invalid_event",
                message: "'output_audio_buffer.clear' is for WebRTC and SIP: here the client holds what it plays.",
                param: "type"
            )
        case "transcription_session.update":
            throw SessionRefusal(
                code: "invalid_event",
                message: "This is no transcription session, and its type is fixed when it opens.",
                param: "type"
            )
        default:
            let known = Self.knownTypes.map { "'\($0)'" }.joined(separator: ", ")
            let name = SessionRefusal.shortened(event.type)
            throw .value("type", "'\(name)' is no event of a client's. Supported are \(known).")
        }
    }

    private mutating func updateSession(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["session"])
        guard let session = event.value["session"] else { throw .missing("session") }
        var updated = settings
        try updated.update(session)
        guard inputAudio.isEmpty || updated.inputFormat == settings.inputFormat else {
            throw .value("session.audio.input.format", "the input audio buffer holds audio: commit or clear it first.")
        }
        settings = updated
        say("session.updated", ["session": settings.value])
    }
}
