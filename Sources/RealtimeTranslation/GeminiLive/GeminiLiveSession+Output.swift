// What the model says, as deltas of a response (protocol: realtime §5, §8, §15.2). Parts begin when there is something in them.

import Dialects

extension GeminiLiveSession {
    /// Names what an event belongs to.
    private func names(_ message: LiveMessage, _ index: Int) -> JSONValue {
        [
            "response_id": .optional(response?.id), "item_id": .string(message.id),
            "output_index": .integer(message.outputIndex), "content_index": .integer(index),
        ]
    }

    /// The part of the message under way that takes this kind; both are begun if they are not there.
    private mutating func ensurePart(_ kind: LivePart.Kind) -> (message: LiveMessage, index: Int)? {
        ensureResponse()
        guard response != nil else { return nil }
        if response?.message == nil { beginMessage() }
        guard var message = response?.message else { return nil }
        if let index = message.parts.firstIndex(where: { $0.kind == kind }) { return (message, index) }
        let part = LivePart(kind: kind)
        message.parts.append(part)
        response?.message = message
        let index = message.parts.count - 1
        say("response.content_part.added", names(message, index).overlaid(with: ["part": part.part]))
        return (message, index)
    }

    private mutating func beginMessage() {
        let message = LiveMessage(id: identifiers.next("item_"), outputIndex: response?.itemCount ?? 0)
        response?.message = message
        response?.itemCount += 1
        addItem(message.item(status: "in_progress"), id: message.id, index: message.outputIndex)
    }

    /// Tells the client of an item that begins.
    mutating func addItem(_ item: JSONValue, id: String, index: Int) {
        say(
            "response.output_item.added",
            ["response_id": .optional(response?.id), "output_index": .integer(index), "item": item]
        )
        let previous = history.lastID
        history.place(id)
        say("conversation.item.added", ["previous_item_id": .optional(previous), "item": item])
    }

    /// Tells the client of an item that is done, and remembers it.
    mutating func endItem(_ item: JSONValue, id: String, index: Int) {
        response?.output.append(item)
        history.keep(item, id: id, limits: limits)
        say("conversation.item.done", ["item": item])
        say(
            "response.output_item.done",
            ["response_id": .optional(response?.id), "output_index": .integer(index), "item": item]
        )
    }

    // MARK: Deltas

    /// Passes audio on: the base64 text as it came, with its quotation marks.
    mutating func sayAudio(_ base64: ArraySlice<UInt8>) {
        guard let (message, index) = ensurePart(.audio), let id = response?.id else { return }
        response?.hasSubstance = true
        var event = Array(#"{"type":"response.output_audio.delta","event_id":""#.utf8)
        event.reserveCapacity(base64.count + 256)
        event.append(contentsOf: identifiers.next("event_").utf8)
        event.append(contentsOf: #"","response_id":"\#(id)","item_id":"\#(message.id)""#.utf8)
        event.append(contentsOf: #","output_index":\#(message.outputIndex),"content_index":\#(index),"delta":"#.utf8)
        event.append(contentsOf: base64)
        event.append(UInt8(ascii: "}"))
        act(.say(event))
    }

    mutating func sayText(_ text: String) {
        guard let (message, index) = ensurePart(.text) else { return }
        response?.hasSubstance = true
        remember(text, index)
        say("response.output_text.delta", names(message, index).overlaid(with: ["delta": .string(text)]))
    }

    mutating func sayTranscript(_ text: String) {
        guard !text.isEmpty, let (message, index) = ensurePart(.audio) else { return }
        remember(text, index)
        say("response.output_audio_transcript.delta", names(message, index).overlaid(with: ["delta": .string(text)]))
    }

    /// Adds to what the part says at its end; beyond the limit only the deltas tell it.
    private mutating func remember(_ text: String, _ index: Int) {
        guard let count = response?.message?.parts[index].text.utf8.count,
            count + text.utf8.count <= limits.transcriptBytes
        else { return }
        response?.message?.parts[index].text += text
    }

    /// Ends the message under way with all its parts.
    mutating func closeMessage(_ status: String) {
        guard let message = response?.message else { return }
        for (index, part) in message.parts.enumerated() {
            let names = names(message, index)
            switch part.kind {
            case .audio:
                say("response.output_audio.done", names)
                say(
                    "response.output_audio_transcript.done",
                    names.overlaid(with: ["transcript": .string(part.text)])
                )
            case .text:
                say("response.output_text.done", names.overlaid(with: ["text": .string(part.text)]))
            }
            say("response.content_part.done", names.overlaid(with: ["part": part.part]))
        }
        endItem(message.item(status: status), id: message.id, index: message.outputIndex)
        response?.message = nil
    }
}
