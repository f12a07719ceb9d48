// The upstream's messages (protocol: realtime §14.3, §15.2). Several things may share one message; they are taken in the order
// in which they make sense, whatever the order of their keys.

import Dialects

extension GeminiLiveSession {
    mutating func heed(_ bytes: [UInt8]) {
        let message = LiveServerMessage(bytes.span)
        if message.isSetupComplete { becameReady() }
        if let usage = message.usage { self.usage = usage }
        if let resumption = message.resumption { link.take(resumption) }
        if let milliseconds = message.millisecondsLeft { goingAway(in: milliseconds) }
        if let activity = message.activity { sense(activity) }
        if !message.cancelledCalls.isEmpty {
            calls.withdraw(message.cancelledCalls, limits: limits)
            if calls.count == 0 { giveOutputs() }
        }
        if let transcription = message.inputTranscription { transcribe(transcription) }
        if isMuted {
            for call in message.calls { decline(call, "The user has cancelled the response.") }
        } else {
            take(message, bytes)
        }
        if message.isGenerationComplete, response?.ending == nil { closeMessage("completed") }
        if message.isInterrupted { interrupted() }
        if message.isTurnComplete { turnCompleted() }
        considerLeaving()
    }

    private mutating func take(_ message: LiveServerMessage, _ bytes: [UInt8]) {
        for output in message.outputs {
            guard hasRoom else { break }
            switch output {
            case .audio(let range): sayAudio(bytes[range])
            case .text(let text): sayText(text)
            }
        }
        if let transcription = message.outputTranscription, hasRoom { sayTranscript(transcription.text) }
        if !message.calls.isEmpty { call(message.calls) }
    }

    /// Whether the response may have another item.
    private var hasRoom: Bool {
        guard let response, response.ending == nil, response.message == nil else { return true }
        return response.itemCount < limits.outputItems
    }

    // MARK: Turns

    private mutating func turnCompleted() {
        isMuted = false
        if let response {
            finish(response.ending?.how ?? .completed)
        } else if awaitsAnswer, !owesTurnEnd {
            // The model had nothing to say; the client waits to hear that.
            ensureResponse()
            finish(.completed)
        } else {
            // The response that it belongs to was told without.
            usage = nil
        }
        owesTurnEnd = false
    }

    /// The user has begun to speak, or a message was sent: what the model was saying ends here.
    private mutating func interrupted() {
        if isMuted {
            isMuted = false
            return
        }
        startSpeaking()
        guard response != nil, response?.ending == nil else { return }
        conclude(.cancelled(reason: "turn_detected"))
    }

    // MARK: The user

    private mutating func startSpeaking() {
        guard !speech.isSpeaking else { return }
        speech.isSpeaking = true
        let id = speech.promisedID ?? identifiers.next("item_")
        speech.promisedID = id
        say(
            "input_audio_buffer.speech_started",
            ["audio_start_ms": .integer(Int(speech.total)), "item_id": .string(id)]
        )
    }

    private mutating func sense(_ activity: LiveServerMessage.Activity) {
        guard !settings.isManual else { return }
        switch activity {
        case .start: startSpeaking()
        case .end:
            guard speech.isSpeaking else { return }
            makeUserItem()
        }
    }

    /// What was heard belongs to the user's latest item; where the upstream finds the turns, it makes one.
    private mutating func transcribe(_ heard: LiveServerMessage.Transcription) {
        guard settings.wantsTranscription else { return }
        if settings.isManual, speech.isActivityOpen {
            guard speech.early.utf8.count + heard.text.utf8.count <= limits.transcriptBytes else { return }
            speech.early += heard.text
            return
        }
        if !settings.isManual, speech.itemID == nil { makeUserItem() }
        if !heard.text.isEmpty { sayHeard(heard.text) }
        if heard.isFinished { completeTranscription() }
    }

    mutating func sayHeard(_ text: String) {
        guard let id = speech.itemID else { return }
        var transcript = speech.transcript ?? ""
        if transcript.utf8.count + text.utf8.count <= limits.transcriptBytes { transcript += text }
        speech.transcript = transcript
        say(
            "conversation.item.input_audio_transcription.delta",
            ["item_id": .string(id), "content_index": 0, "delta": .string(text)]
        )
    }

    /// Tells the client the whole of what was heard, if anything was.
    mutating func completeTranscription() {
        guard let transcript = speech.transcript, let id = speech.itemID else { return }
        (speech.transcript, speech.itemID) = (nil, nil)
        say(
            "conversation.item.input_audio_transcription.completed",
            ["item_id": .string(id), "content_index": 0, "transcript": .string(transcript)]
        )
        guard var item = history.item(id) else { return }
        item["content"] = [["type": "input_audio", "transcript": .string(transcript)]]
        history.keep(item, id: id, limits: limits)
    }
}
