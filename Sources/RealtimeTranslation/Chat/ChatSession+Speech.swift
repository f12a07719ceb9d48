// What a model says, spoken (realtime §8): its text is cut into sentences, each is synthesised, and the client hears them in
// their order, the text of a sentence right before its audio.

import Dialects

extension ChatSession {
    /// The most audio of one event, in bytes of PCM: two seconds.
    private static let deltaBytes = 96_000

    // MARK: Sentences

    /// Takes text that is to be spoken as part of an item.
    mutating func speak(_ text: String, of position: Int, at index: Int) {
        let sentences = responses[index].speech.cutter.take(text)
        if enqueue(sentences, of: position, at: index) { advance(at: index) }
    }

    /// The text of an item is whole: what is left of it is spoken, too; false when the response has failed.
    mutating func endText(of position: Int, at index: Int) -> Bool {
        guard !responses[index].output[position].isWhole else { return true }
        responses[index].output[position].isWhole = true
        let rest = responses[index].speech.cutter.finish()
        guard enqueue(rest.map { [$0] } ?? [], of: position, at: index) else { return false }
        advance(at: index)
        return true
    }

    private mutating func enqueue(_ sentences: [String], of position: Int, at index: Int) -> Bool {
        for sentence in sentences where !responses[index].speech.add(sentence, of: position) {
            fail(
                at: index,
                code: "speech_queue_full",
                "At most \(limits.sentences) sentences may wait to be spoken: the model is far ahead of the voice."
            )
            return false
        }
        return true
    }

    /// Has as many sentences synthesised as may be.
    private mutating func beginSpeeches(at index: Int) {
        let settings = responses[index].settings
        while let sentence = responses[index].speech.next() {
            guard sentence.isAudible else {
                let silent = SpeechQueue.Speech(sentence: sentence, work: nil, isOver: true)
                responses[index].speech.speeches.append(silent)
                continue
            }
            let work = nextWork()
            responses[index].speech.speeches.append(SpeechQueue.Speech(sentence: sentence, work: work, isOver: false))
            let voice = settings.voice ?? description.voice ?? ""
            act(.speak(work, text: Self.trimmed(sentence.text), voice: voice, speed: settings.speed))
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    // MARK: Audio

    /// Takes a piece of a sentence's audio.
    mutating func takeSpeech(_ audio: [UInt8], by work: ChatWork) {
        guard let (index, speech) = speech(work) else { return }
        guard responses[index].speech.heldBytes + audio.count <= limits.audioBytes else {
            return fail(
                at: index,
                code: "speech_too_long",
                "At most \(limits.audioBytes) bytes of speech may wait for their turn."
            )
        }
        responses[index].speech.speeches[speech].held += audio
        if speech == 0 { advance(at: index) }
    }

    mutating func endSpeech(_ work: ChatWork) {
        guard let (index, speech) = speech(work) else { return }
        responses[index].speech.speeches[speech].isOver = true
        if speech == 0 { advance(at: index) }
    }

    /// Takes the report that a sentence could not be spoken.
    mutating func failSpeech(_ work: ChatWork, _ error: ProviderError) {
        guard let (index, speech) = speech(work) else { return }
        responses[index].speech.speeches.remove(at: speech)
        stop(at: index)
        var error = error
        error.message = "The answer could not be spoken: \(error.message)"
        end(at: index, .failed(error))
    }

    private func speech(_ work: ChatWork) -> (response: Int, speech: Int)? {
        for index in responses.indices {
            if let speech = responses[index].speech.speeches.firstIndex(where: { $0.work == work }) {
                return (index, speech)
            }
        }
        return nil
    }

    /// Lets the client hear what is there of the sentences whose turn it is.
    mutating func advance(at index: Int) {
        beginSpeeches(at: index)
        while let speech = responses[index].speech.speeches.first {
            let position = speech.sentence.position
            if !speech.held.isEmpty || speech.isOver { tell(speech, of: position, at: index) }
            if !speech.held.isEmpty {
                responses[index].speech.speeches[0].held = []
                for piece in Self.pieces(of: speech.held) { sound(piece, of: position, at: index) }
            }
            guard speech.isOver else { return }
            responses[index].speech.speeches.removeFirst()
            responses[index].encoder.endSentence()
            closeSpoken(at: index)
            beginSpeeches(at: index)
        }
        closeSpoken(at: index)
        guard case .speaking(let end) = responses[index].phase,
            !responses[index].output.contains(where: \.isOpen)
        else { return }
        self.end(at: index, end)
    }

    private mutating func tell(_ speech: SpeechQueue.Speech, of position: Int, at index: Int) {
        guard !responses[index].speech.speeches[0].isBegun else { return }
        responses[index].speech.speeches[0].isBegun = true
        responses[index].output[position].text += speech.sentence.text
        let delta: JSONValue = ["delta": .string(speech.sentence.text)]
        say("response.output_audio_transcript.delta", partIDs(of: position, at: index).overlaid(with: delta))
    }

    private mutating func sound(_ pcm: [UInt8], of position: Int, at index: Int) {
        responses[index].output[position].speechBytes += pcm.count
        let audio = responses[index].encoder.take(pcm)
        guard !audio.isEmpty else { return }
        let delta: JSONValue = ["delta": .string(String(decoding: Base64Text.encode(audio), as: UTF8.self))]
        say("response.output_audio.delta", partIDs(of: position, at: index).overlaid(with: delta))
    }

    private static func pieces(of audio: [UInt8]) -> [[UInt8]] {
        guard audio.count > deltaBytes else { return [audio] }
        return stride(from: 0, to: audio.count, by: deltaBytes).map {
            Array(audio[$0..<min($0 + deltaBytes, audio.count)])
        }
    }

    // MARK: The end

    /// Closes items of which all was spoken.
    private mutating func closeSpoken(at index: Int) {
        for position in responses[index].output.indices {
            let output = responses[index].output[position]
            guard output.isOpen, output.kind == .speech, output.isWhole,
                responses[index].speech.isDone(with: position)
            else { continue }
            var status = ConversationItem.Status.completed
            if case .speaking(let end) = responses[index].phase, position == responses[index].output.count - 1 {
                status = end.itemStatus
            }
            close(position, of: index, status)
        }
    }

    /// Stops what is being synthesised.
    mutating func stopSpeeches(at index: Int) {
        for speech in responses[index].speech.speeches where !speech.isOver {
            if let work = speech.work { act(.cancel(work)) }
        }
    }
}
