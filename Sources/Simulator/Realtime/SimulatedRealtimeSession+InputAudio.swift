// The input audio buffer: appending, server-side turn detection, committing, transcribing.

import Dialects
import Foundation

extension SimulatedRealtimeSession {
    mutating func appendAudio(_ event: JSONValue) throws(RealtimeRefusal) {
        guard let text = event["audio"]?.string else { throw .missing("audio") }
        guard let data = Data(base64Encoded: text) else {
            throw .invalid("audio", "base64-encoded audio bytes are expected.")
        }
        guard data.count <= SimulatorLimits.appendBytes,
            self.inputAudio.byteCount + data.count <= SimulatorLimits.inputBufferBytes
        else {
            throw .invalid("audio", "the input audio buffer would grow beyond its limit.")
        }
        self.inputAudio.append([UInt8](data))
        while let finding = self.inputAudio.nextFinding() {
            switch finding {
            case .started(let position): self.speechStarted(at: position)
            case .stopped(let position): self.speechStopped(at: position)
            }
        }
    }

    private mutating func speechStarted(at milliseconds: Int) {
        let id = self.identifiers.next("item_")
        self.utteranceID = id
        self.send(
            "input_audio_buffer.speech_started",
            ["audio_start_ms": .integer(milliseconds), "item_id": .string(id)]
        )
        guard self.settings.turnDetection?.interruptsResponse ?? false,
            let index = self.responses.firstIndex(where: { !$0.request.isOutOfBand })
        else { return }
        self.endResponse(at: index, .cancelled(reason: "turn_detected"))
    }

    private mutating func speechStopped(at milliseconds: Int) {
        let id = self.utteranceID ?? self.identifiers.next("item_")
        self.send(
            "input_audio_buffer.speech_stopped",
            ["audio_end_ms": .integer(milliseconds), "item_id": .string(id)]
        )
        do throws(RealtimeRefusal) {
            try self.commit(id: id)
            let isBusy = self.responses.contains { !$0.request.isOutOfBand }
            guard self.settings.turnDetection?.createsResponse ?? false, !isBusy else { return }
            try self.startResponse(ResponseRequest(overrides: nil, session: self.settings.json))
        } catch {
            self.send(error, eventID: nil)
        }
    }

    mutating func commitAudio() throws(RealtimeRefusal) {
        let milliseconds = self.inputAudio.milliseconds
        guard milliseconds >= 100 else {
            throw RealtimeRefusal(
                code: "input_audio_buffer_commit_empty",
                message: "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, "
                    + "but buffer only has \(milliseconds).00ms of audio."
            )
        }
        try self.commit(id: self.utteranceID ?? self.identifiers.next("item_"))
    }

    /// Makes a user's message of what the buffer holds and starts its transcription.
    private mutating func commit(id: String) throws(RealtimeRefusal) {
        self.utteranceID = nil
        let audio = self.inputAudio.commit()
        let previous = JSONValue.optional(self.conversation.lastID)
        let item = ConversationItem.spoken(id: id, audio: audio)
        try self.conversation.insert(item, after: nil)
        self.send("input_audio_buffer.committed", ["previous_item_id": previous, "item_id": .string(id)])
        self.announce(item, events: ["conversation.item.added", "conversation.item.done"])
        guard let model = self.settings.transcriptionModel,
            self.transcriptions.count < SimulatorLimits.parallelTranscriptions
        else { return }
        let due = self.clock + (self.model?.pace ?? .usual).perPiece
        self.transcriptions.append(TranscriptionRun(itemID: id, model: model, heard: audio.heard, dueAt: due))
    }

    /// Sends the next word of a transcription, or its end.
    mutating func stepTranscription(at index: Int) {
        var run = self.transcriptions[index]
        let prefix = "conversation.item.input_audio_transcription"
        let ids: JSONValue = ["item_id": .string(run.itemID), "content_index": 0]
        if run.next < run.pieces.count {
            self.send("\(prefix).delta", ids.overlaid(with: ["delta": .string(run.pieces[run.next])]))
            run.next += 1
            run.dueAt += (self.model?.pace ?? .usual).perPiece
            self.transcriptions[index] = run
            return
        }
        self.transcriptions.remove(at: index)
        if var item = self.conversation.item(run.itemID) {
            item.json["content"] = [["type": "input_audio", "transcript": .string(run.heard.transcript)]]
            self.conversation.replace(item)
        }
        var end = ids.overlaid(with: ["transcript": .string(run.heard.transcript)])
        if self.model?.fault != .noUsage { end["usage"] = run.usage }
        self.send("\(prefix).completed", end)
    }
}
