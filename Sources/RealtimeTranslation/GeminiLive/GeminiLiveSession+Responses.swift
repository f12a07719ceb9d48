// `response.create` and `response.cancel` (protocol: realtime §15.1), and the beginning and the end of a response.

import Dialects

extension GeminiLiveSession {
    mutating func respond(_ event: JSONValue) throws(SessionRefusal) {
        let wish = event["response"] ?? .object([])
        guard wish.isObject || wish.isNull else { throw .type("response", "an object") }
        let metadata = try checked(wish)
        // Whoever asks before all calls have their outputs wants an answer to those that are there.
        giveOutputs()
        if let ending = response?.ending {
            owesTurnEnd = true
            finish(ending.how)
        }
        if isClaimable {
            // The upstream answers by itself what it was given; the client asks for that answer.
            isClaimable = false
            askedMetadata = metadata
            return
        }
        if let response, !response.hasSubstance, response.message != nil { finish(.completed) }
        guard response == nil, !awaitsAnswer else {
            throw SessionRefusal(
                code: "conversation_already_has_active_response",
                message: "Conversation already has an active response in progress. Wait until it is finished."
            )
        }
        askedMetadata = metadata
        // What was spoken is answered by itself, too.
        let isAnswered = !settings.isManual && hasAnswered && !hasNewItems && speech.milliseconds > 0
        guard !isAnswered else { return }
        if settings.isManual, speech.isActivityOpen, speech.milliseconds == 0 {
            send(["realtimeInput": ["activityEnd": .object([])]])
            speech.isActivityOpen = false
        }
        send(["clientContent": ["turnComplete": true]])
        awaitsAnswer = true
    }

    /// Holds that a response is to be like the session, since the upstream knows no other; answers with its metadata.
    private func checked(_ wish: JSONValue) throws(SessionRefusal) -> JSONValue {
        for member in wish.members where !member.value.isNull {
            let path = "response.\(SessionRefusal.shortened(member.key))"
            switch member.key {
            case "conversation":
                guard member.value == "auto" else {
                    throw Self.notHere(path, "responses outside of the conversation are not possible with this model.")
                }
            case "metadata":
                guard member.value.isObject, member.value.members.count <= 16 else {
                    throw .value(path, "it must be an object of at most 16 pairs.")
                }
            case "input":
                guard member.value == [] else { throw Self.notHere(path, "items are added to the conversation first.") }
            case "instructions", "output_modalities", "tools", "tool_choice", "max_output_tokens":
                guard member.value == settings[member.key] else {
                    throw Self.notHere(path, "the session decides this.")
                }
            case "audio":
                let voice = member.value["output"]?["voice"]
                let format = member.value["output"]?["format"]
                let isSame =
                    (voice ?? settings["audio.output.voice"]) == settings["audio.output.voice"]
                    && (format ?? settings["audio.output.format"]) == settings["audio.output.format"]
                guard isSame else { throw Self.notHere(path, "the session decides this.") }
            default:
                throw Self.notHere(path, "this model does not know it.")
            }
        }
        return wish["metadata"] ?? .null
    }

    private static func notHere(_ param: String, _ reason: String) -> SessionRefusal {
        SessionRefusal(code: "unsupported_parameter", message: "'\(param)': \(reason)", param: param)
    }

    mutating func cancel(_ event: JSONValue) throws(SessionRefusal) {
        let id = event["response_id"]?.string
        if response == nil, awaitsAnswer, id == nil { startResponse() }
        guard let current = response, current.ending == nil, id == nil || id == current.id else {
            throw SessionRefusal(
                code: "response_cancel_not_active",
                message: "Cancellation failed: no active response found.",
                param: id == nil ? nil : "response_id"
            )
        }
        isMuted = true
        isClaimable = false
        if settings.isManual, !speech.isActivityOpen { openActivity() }
        conclude(.cancelled(reason: "client_cancelled"))
    }

    // MARK: Beginning and end

    /// Makes sure that a response is there which takes what the model says.
    mutating func ensureResponse() {
        if let response {
            guard let ending = response.ending else { return }
            finish(ending.how)
        }
        startResponse()
    }

    private mutating func startResponse() {
        let isSpoken = !settings.isManual && !awaitsAnswer && speech.itemID == nil
        if isSpoken, speech.milliseconds > 0 { makeUserItem() }
        if speech.isSpeaking { stopSpeaking(speech.promisedID ?? identifiers.next("item_")) }
        completeTranscription()
        if !settings.isManual { (speech.milliseconds, speech.itemID) = (0, nil) }
        link.noteAnswer()
        (awaitsAnswer, hasNewItems, owesTurnEnd) = (false, false, false)
        hasAnswered = true
        let new = LiveResponse(id: identifiers.next("resp_"), metadata: askedMetadata)
        askedMetadata = .null
        response = new
        let object = new.object(nil, conversation: conversationID, settings: settings, usage: .null)
        say("response.created", ["response": object])
    }

    /// Ends a response but for `response.done`, which waits a moment for what the response has cost.
    mutating func conclude(_ how: LiveResponse.Ending) {
        closeMessage("incomplete")
        let by = now + limits.usageDelay
        response?.ending = (how, by)
    }

    /// Tells the client that the response is over; everything in it is ended before.
    ///
    /// `isPart` says that the turn goes on in another response, so that what it costs may be told there.
    mutating func finish(_ how: LiveResponse.Ending, isPart: Bool = false) {
        guard response != nil else { return }
        closeMessage(how == .completed ? "completed" : "incomplete")
        guard let done = response else { return }
        let cost = usage.map(LiveUsage.object) ?? (isPart ? LiveUsage.object(RealtimeUsage()) : .null)
        usage = nil
        response = nil
        let object = done.object(how, conversation: conversationID, settings: settings, usage: cost)
        say("response.done", ["response": object])
        link.noteAnswered()
        releaseHeld()
    }
}
