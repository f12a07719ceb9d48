// The user's audio (protocol: realtime §15.1): a stream to the upstream, whose base64 goes on as it came unless it is telephone
// audio, which is decoded. Where the client ends its turns itself, the upstream is told of beginning and end.

import Dialects

extension GeminiLiveSession {
    mutating func append(_ event: [UInt8]) {
        var data: Range<Int>?
        var eventID: String?
        let span = event.span
        do throws(JSONViolation) {
            for member in try TopLevelScanner.members(of: span) {
                if member.isNamed("audio", in: span), member.kind == .string { data = member.value }
                if member.isNamed("event_id", in: span) { eventID = member.string(in: span) }
            }
        } catch {
            return refuse(SessionRefusal(code: "invalid_event", message: "The event is not valid JSON."), nil)
        }
        guard let data else { return refuse(.missing("audio"), eventID) }
        guard let count = Self.decodedCount(event[data]) else {
            return refuse(.value("audio", "it must be base64."), eventID)
        }
        guard let message = inputMessage(event[data]) else {
            return refuse(.value("audio", "it must be base64."), eventID)
        }
        guard count > 0 else { return }
        if settings.isManual, !speech.isActivityOpen { openActivity() }
        speech.hear(milliseconds: Double(count) / settings.inputFormat.bytesPerMillisecond)
        send(message, isAudio: true)
    }

    /// Tells the upstream that the user's turn begins, which also interrupts it.
    mutating func openActivity() {
        speech.isActivityOpen = true
        speech.isUnsent = !link.isReady
        isClaimable = false
        send(Array(#"{"realtimeInput":{"activityStart":{}}}"#.utf8), isAudio: true)
    }

    /// The bytes that a JSON string of base64 stands for; nil if it is none.
    private static func decodedCount(_ string: ArraySlice<UInt8>) -> Int? {
        var (digits, padding) = (0, 0)
        for byte in string.dropFirst().dropLast() {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F:
                guard padding == 0 else { return nil }
                digits += 1
            case 0x3D: padding += 1
            // Some encoders escape the slash.
            case 0x5C: continue
            default: return nil
            }
        }
        guard padding <= 2, (digits + padding) % 4 == 0 else { return nil }
        return (digits + padding) / 4 * 3 - padding
    }

    private func inputMessage(_ string: ArraySlice<UInt8>) -> [UInt8]? {
        var message = Array(#"{"realtimeInput":{"audio":{"data":"#.utf8)
        message.reserveCapacity(string.count + 96)
        switch settings.inputFormat {
        case .pcm(let rate):
            message.append(contentsOf: string)
            message.append(contentsOf: #","mimeType":"audio/pcm;rate=\#(rate)"}}}"#.utf8)
        case .muLaw, .aLaw:
            let text = String(decoding: string.dropFirst().dropLast().filter { $0 != 0x5C }, as: UTF8.self)
            guard let bytes = Base64Text.decode(text) else { return nil }
            message.append(0x22)
            message.append(
                contentsOf: Base64Text.encode(G711.decoded(bytes, isMuLaw: settings.inputFormat == .muLaw))
            )
            message.append(contentsOf: #"","mimeType":"audio/pcm;rate=\#(G711.rate)"}}}"#.utf8)
        }
        return message
    }

    // MARK: Commit and clear

    mutating func commit() throws(SessionRefusal) {
        guard speech.milliseconds >= LiveSpeech.leastMilliseconds else {
            throw SessionRefusal(
                code: "input_audio_buffer_commit_empty",
                message:
                    "Error committing input audio buffer: the buffer is too small. Expected at least 100ms of audio."
            )
        }
        if settings.isManual {
            send(["realtimeInput": ["activityEnd": .object([])]])
            speech.isActivityOpen = false
        } else {
            send(["realtimeInput": ["audioStreamEnd": true]])
        }
        makeUserItem()
        awaitsAnswer = true
        isClaimable = true
    }

    mutating func clear() throws(SessionRefusal) {
        if speech.isActivityOpen, speech.isUnsent {
            link.dropQueuedAudio()
            speech.isActivityOpen = false
            speech.milliseconds = 0
        }
        guard speech.milliseconds == 0 else {
            throw Self.unsupported("input_audio_buffer.clear", "The audio was heard already and cannot be taken back.")
        }
        say("input_audio_buffer.cleared", .object([]))
    }

    /// Makes an item of what the user has said since the last one.
    mutating func makeUserItem() {
        completeTranscription()
        let id = speech.promisedID ?? identifiers.next("item_")
        speech.promisedID = nil
        stopSpeaking(id)
        let previous = history.lastID
        say("input_audio_buffer.committed", ["previous_item_id": .optional(previous), "item_id": .string(id)])
        place(
            [
                "id": .string(id), "object": "realtime.item", "type": "message", "status": "completed", "role": "user",
                "content": [["type": "input_audio", "transcript": nil]],
            ],
            id: id
        )
        speech.itemID = id
        speech.milliseconds = 0
        let early = speech.early
        speech.early = ""
        if !early.isEmpty { sayHeard(early) }
    }

    /// Ends what `input_audio_buffer.speech_started` began, if it did.
    mutating func stopSpeaking(_ id: String) {
        guard speech.isSpeaking else { return }
        speech.isSpeaking = false
        say(
            "input_audio_buffer.speech_stopped",
            ["audio_end_ms": .integer(Int(speech.total)), "item_id": .string(id)]
        )
    }

    /// Tells the client of an item that is done as soon as it is there, and remembers it.
    mutating func place(_ item: JSONValue, id: String) {
        let previous = history.lastID
        history.place(id)
        history.keep(item, id: id, limits: limits)
        let members: JSONValue = ["previous_item_id": .optional(previous), "item": item]
        say("conversation.item.added", members)
        say("conversation.item.done", members)
    }
}
