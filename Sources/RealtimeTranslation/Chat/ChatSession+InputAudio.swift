// What a user says: the input audio buffer and transcriptions (realtime §4, §5, §7, §8). A chat model hears a transcript, so
// all audio is transcribed, whatever the session's `transcription` says, and the client is always told the text.

import Dialects

/// A transcription under way.
struct Transcription: Sendable {
    let work: ChatWork
    let itemID: String
    /// The part of the item that it is of.
    let part: Int
    let milliseconds: Int
}

extension ChatSession {
    mutating func appendAudio(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["audio"])
        try checkHearing()
        let text = try event.text("audio")
        guard let audio = Base64Text.decode(text) else { throw .value("audio", "base64-encoded audio is expected.") }
        try inputAudio.append(audio)
    }

    private func checkHearing() throws(SessionRefusal) {
        guard description.canTranscribe else {
            throw SessionRefusal(
                code: "unsupported_value",
                message: "Audio cannot be taken: \(SettingsCheck.deafness)"
            )
        }
    }

    mutating func clearAudio(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers()
        inputAudio.clear()
        say("input_audio_buffer.cleared", [:])
    }

    mutating func commitAudio(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers()
        try checkHearing()
        let milliseconds = settings.inputFormat.milliseconds(bytes: inputAudio.audio.count)
        guard milliseconds >= InputAudioBuffer.shortestMilliseconds else {
            throw SessionRefusal(
                code: "input_audio_buffer_commit_empty",
                message: "Error committing input audio buffer: buffer too small. Expected at least "
                    + "\(InputAudioBuffer.shortestMilliseconds)ms of audio, but buffer only has \(milliseconds)ms."
            )
        }
        let id = identifiers.next("item_")
        let item = ConversationItem(id: id, kind: .message(.user, [.inputAudio(.failed)]))
        let sounds = [ItemReader.Sound(part: 0, audio: inputAudio.audio)]
        let previous = conversation.items.last?.id
        let works = try insert(item, with: sounds, after: nil)
        inputAudio.clear()
        say("input_audio_buffer.committed", ["previous_item_id": .optional(previous), "item_id": .string(id)])
        announceWhole(id)
        for work in works { act(work) }
    }

    /// Puts an item with audio into the conversation; returns what its transcriptions ask for.
    mutating func insert(
        _ item: ConversationItem,
        with sounds: [ItemReader.Sound],
        after previous: String?
    ) throws(SessionRefusal) -> [ChatAction] {
        guard transcriptions.count + sounds.count <= limits.transcriptions else {
            throw .tooMuch(
                "too_many_transcriptions",
                "At most \(limits.transcriptions) transcriptions may be under way at once."
            )
        }
        for sound in sounds where sound.audio.count > limits.audioBytes {
            throw .tooMuch("audio_too_large", "Audio may have at most \(limits.audioBytes) bytes.", "item")
        }
        var item = item
        var actions: [ChatAction] = []
        var begun: [Transcription] = []
        let format = settings.inputFormat
        let hints = settings.transcriptionHints
        for sound in sounds {
            let work = nextWork()
            item.replacePart(sound.part, with: .inputAudio(.underWay(work)))
            let file = WAVFile.make(sound.audio, format: format)
            actions.append(.transcribe(work, audio: file, language: hints.language, prompt: hints.prompt))
            let milliseconds = format.milliseconds(bytes: sound.audio.count)
            begun.append(Transcription(work: work, itemID: item.id, part: sound.part, milliseconds: milliseconds))
        }
        try conversation.insert(item, after: previous)
        transcriptions += begun
        return actions
    }

    // MARK: Reports

    /// Takes the report of a transcription; false when there is none of that name.
    mutating func endTranscription(_ work: ChatWork, _ result: Result<(String, TranscriptionUsage?), ProviderError>) {
        guard let index = transcriptions.firstIndex(where: { $0.work == work }) else { return }
        let transcription = transcriptions.remove(at: index)
        let result = result.flatMap { heard -> Result<(String, TranscriptionUsage?), ProviderError> in
            guard conversation.byteCount + heard.0.utf8.count > limits.historyBytes else { return .success(heard) }
            let message = "The text would take the conversation beyond its \(limits.historyBytes) bytes."
            return .failure(ProviderError(code: "conversation_too_large", message: message))
        }
        let ids: JSONValue = [
            "item_id": .string(transcription.itemID), "content_index": .integer(transcription.part),
        ]
        let prefix = "conversation.item.input_audio_transcription"
        switch result {
        case .success(let (text, usage)):
            hear(.text(text), of: transcription)
            let cost = usage?.value ?? ["type": "duration", "seconds": Self.seconds(transcription.milliseconds)]
            say("\(prefix).completed", ids.overlaid(with: ["transcript": .string(text), "usage": cost]))
            resumeResponses(after: work)
        case .failure(let error):
            hear(.failed, of: transcription)
            let told: JSONValue = [
                "type": .string(error.type ?? "server_error"), "code": .optional(error.code),
                "message": .string(error.message), "param": .optional(error.param),
            ]
            say("\(prefix).failed", ids.overlaid(with: ["error": told]))
            failResponses(waitingFor: work, error)
        }
    }

    private mutating func hear(_ heard: ItemContent.Heard, of transcription: Transcription) {
        guard var item = conversation.item(transcription.itemID) else { return }
        item.replacePart(transcription.part, with: .inputAudio(heard))
        conversation.replace(item)
    }

    private static func seconds(_ milliseconds: Int) -> JSONValue {
        .number(Double(milliseconds) / 1_000)
    }

    /// Stops the transcriptions of an item that is gone.
    mutating func dropTranscriptions(of itemID: String) {
        let dropped = transcriptions.filter { $0.itemID == itemID }
        transcriptions.removeAll { $0.itemID == itemID }
        for transcription in dropped {
            act(.cancel(transcription.work))
            resumeResponses(after: transcription.work)
        }
    }

    // MARK: Responses that wait

    private mutating func resumeResponses(after work: ChatWork) {
        for id in responses.map(\.id) {
            guard let index = responses.firstIndex(where: { $0.id == id }),
                case .waiting(var works) = responses[index].phase, works.remove(work) != nil
            else { continue }
            responses[index].phase = works.isEmpty ? .generating : .waiting(for: works)
            if works.isEmpty { generate(at: index) }
        }
    }

    private mutating func failResponses(waitingFor work: ChatWork, _ error: ProviderError) {
        for id in responses.map(\.id) {
            guard let index = responses.firstIndex(where: { $0.id == id }),
                case .waiting(let works) = responses[index].phase, works.contains(work)
            else { continue }
            var error = error
            error.code = "transcription_failed"
            error.message = "What the user said could not be transcribed: \(error.message)"
            end(at: index, .failed(error))
        }
    }
}

extension TranscriptionUsage {
    /// As the protocol tells it (realtime §7).
    var value: JSONValue {
        switch self {
        case .duration(let seconds): return ["type": "duration", "seconds": .number(seconds)]
        case .tokens(let input, let output, let inputText, let inputAudio):
            let (sum, overflow) = input.addingReportingOverflow(output)
            return [
                "type": "tokens", "total_tokens": .integer(overflow ? .max : sum), "input_tokens": .integer(input),
                "output_tokens": .integer(output),
                "input_token_details": ["text_tokens": .integer(inputText), "audio_tokens": .integer(inputAudio)],
            ]
        }
    }
}
