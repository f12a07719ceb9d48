// What each server event means to a talk; both vocabularies, and servers that leave fields out (protocol §5, §11, §13).
// Types that are not named here change nothing.

import Foundation

extension RealtimeTalk {
    mutating func handle(_ type: String, _ event: JSONObject, now: Int64) {
        switch type {
        case "session.created", "session.updated":
            if let session = event.object("session") { self.learn(session) }
        case "error":
            self.failed(event.object("error"))
        case "input_audio_buffer.speech_started":
            self.isSpeechActive = true
        case "input_audio_buffer.committed":
            self.committed(event.string("item_id"), now: now)
        case "conversation.item.input_audio_transcription.completed":
            self.tellBetweenLines(.userTranscript(VisibleText.safe(event.string("transcript") ?? "")))
            self.pendingTranscripts.remove(event.string("item_id") ?? "")
        case "conversation.item.input_audio_transcription.failed":
            let message = event.object("error")?.string("message") ?? "no reason given"
            self.tell(.problem("transcription failed: \(VisibleText.safe(message))"))
            self.pendingTranscripts.remove(event.string("item_id") ?? "")
        case "response.created":
            self.responseCreated(event, now: now)
        case "response.output_item.done":
            if let item = event.object("item") { self.noteCall(item, responseID: event.string("response_id") ?? "") }
        case "response.done":
            self.responseDone(event, now: now)
        default:
            self.handleContent(type, event, now: now)
        }
    }

    /// What the session says of turn detection and of the answer's sound.
    private mutating func learn(_ session: JSONObject) {
        let input = session.object("audio")?.object("input")
        for place in [input, session] {
            guard let place, place.contains("turn_detection") else { continue }
            let detection = place.object("turn_detection")
            self.detects = detection != nil
            self.detectionCreatesResponse = detection?.boolean("create_response") ?? true
            break
        }
        if let rate = session.object("audio")?.object("output")?.object("format")?.integer("rate"),
            (8000...192_000).contains(rate)
        {
            self.audioRate = rate
        }
    }

    /// The rate of the answer's sound, for whoever saves it.
    package var answerSampleRate: Int { self.audioRate }

    private mutating func failed(_ error: JSONObject?) {
        let code = error?.string("code") ?? error?.string("type") ?? "error"
        // The server's turn detection was quicker than we: it has the audio, or answers already.
        let isRace = code == "input_audio_buffer_commit_empty" || code == "conversation_already_has_active_response"
        let isAnswered = !self.responses.isEmpty || self.owesResponse
        self.closeText()
        let message = VisibleText.safe(error?.string("message") ?? "no message")
        if !(isRace && isAnswered) && code != "response_cancel_not_active" {
            self.hasFailed = true
        }
        self.tell(.problem("\(message) [\(VisibleText.safe(code))]"))
        if let id = error?.string("event_id") {
            self.asked.removeAll { $0 == id }
        } else if self.responses.isEmpty, !self.asked.isEmpty {
            self.asked.removeFirst()
        }
    }

    // MARK: Responses

    private mutating func responseCreated(_ event: JSONObject, now: Int64) {
        if self.asked.isEmpty {
            self.owesResponse = false
        } else {
            self.asked.removeFirst()
        }
        self.begin(event.object("response")?.string("id") ?? "")
    }

    private mutating func begin(_ id: String) {
        guard self.responses[id] == nil else { return }
        self.responses[id] = Response(askedAt: self.askedAt)
    }

    /// Changes a response; one that was never announced is begun by its first event.
    private mutating func update(_ id: String, _ change: (inout Response) -> Void) {
        if self.responses[id] == nil {
            if !self.asked.isEmpty { self.asked.removeFirst() }
            self.owesResponse = false
            self.begin(id)
        }
        if var response = self.responses[id] {
            change(&response)
            self.responses[id] = response
        }
    }

    private mutating func noteCall(_ item: JSONObject, responseID: String) {
        guard item.string("type") == "function_call", let name = item.string("name") else { return }
        let call = Call(id: item.string("call_id") ?? "", name: name, arguments: item.string("arguments") ?? "")
        self.update(responseID) { response in
            if !response.calls.contains(where: { $0.id == call.id }) { response.calls.append(call) }
        }
    }

    private mutating func responseDone(_ event: JSONObject, now: Int64) {
        let body = event.object("response")
        let id = body?.string("id") ?? event.string("response_id") ?? ""
        for item in body?.objects("output") ?? [] { self.noteCall(item, responseID: id) }
        self.update(id) { _ in }
        guard var response = self.responses.removeValue(forKey: id) else { return }
        self.closeText()
        response.report.audioMilliseconds = response.audioBytes / 2 * 1000 / self.audioRate
        response.report.usage = (body?.object("usage") ?? event.object("usage")).map(TokenUsage.init)
        response.report.status = VisibleText.safe(body?.string("status") ?? "completed")
        let details = body?.object("status_details")
        let reason = details?.object("error")?.string("message") ?? details?.string("reason")
        response.report.reason = reason.map(VisibleText.safe)
        if response.report.status == "failed" { self.hasFailed = true }
        let mayGoOn = response.report.status == "completed"
        self.answer(response.calls, mayGoOn: mayGoOn, now: now)
        self.tell(.report(response.report))
    }

    /// Answers function calls with what the plan has for them, then asks for the next response.
    private mutating func answer(_ calls: [Call], mayGoOn: Bool, now: Int64) {
        var hasAnswered = false
        for call in calls {
            let result = self.plan.tools.first { $0.name == call.name }?.result
            let arguments = VisibleText.safe(call.arguments)
            self.tell(.functionCall(name: VisibleText.safe(call.name), arguments: arguments, result: result))
            guard let result, mayGoOn else { continue }
            self.send { ClientEvent.functionOutput(callID: call.id, output: result, id: $0) }
            hasAnswered = true
        }
        guard hasAnswered else { return }
        self.toolRounds += 1
        if self.toolRounds <= self.plan.limits.toolRounds {
            self.askForResponse(now: now)
        } else {
            self.tell(.problem("more than \(self.plan.limits.toolRounds) rounds of function calls in one turn"))
            self.hasFailed = true
        }
    }

    // MARK: Content

    /// The families of names: GA says `output_`, beta does not.
    private static let deltas: [String: (family: RealtimeShape, isAudio: Bool)] = [
        "response.output_text.delta": (.ga, false), "response.text.delta": (.beta, false),
        "response.output_audio_transcript.delta": (.ga, false), "response.audio_transcript.delta": (.beta, false),
        "response.output_audio.delta": (.ga, true), "response.audio.delta": (.beta, true),
    ]

    private static let ends: [String: String] = [
        "response.output_text.done": "text", "response.text.done": "text",
        "response.output_audio_transcript.done": "transcript", "response.audio_transcript.done": "transcript",
    ]

    private mutating func handleContent(_ type: String, _ event: JSONObject, now: Int64) {
        let id = event.string("response_id") ?? ""
        let part = "\(event.string("item_id") ?? "")/\(event.integer("content_index") ?? 0)"
        if let delta = Self.deltas[type] {
            let family = self.deltaFamily ?? delta.family
            self.deltaFamily = family
            guard family == delta.family, let text = event.string("delta") else { return }
            if delta.isAudio {
                self.heard(text, responseID: id, now: now)
            } else {
                self.read(text, part: part, responseID: id, now: now)
            }
        } else if let field = Self.ends[type] {
            // A server that sends no deltas says the whole text here.
            let isShown = self.responses[id]?.shown.contains(part) ?? false
            if !isShown, let text = event.string(field), !text.isEmpty {
                self.read(text, part: part, responseID: id, now: now)
            }
            self.closeText()
        }
    }

    private mutating func read(_ text: String, part: String, responseID: String, now: Int64) {
        self.update(responseID) { response in
            response.shown.insert(part)
            if response.report.firstTextMilliseconds == nil {
                response.report.firstTextMilliseconds = Int((now - response.askedAt) / 1_000_000)
            }
        }
        self.isTextOpen = true
        self.tell(.assistant(VisibleText.safe(text)))
    }

    private mutating func heard(_ base64: String, responseID: String, now: Int64) {
        guard let sound = Data(base64Encoded: base64) else {
            self.tell(.problem("an audio piece that is no Base64"))
            self.hasFailed = true
            return
        }
        self.update(responseID) { response in
            response.audioBytes += sound.count
            if response.report.firstAudioMilliseconds == nil {
                response.report.firstAudioMilliseconds = Int((now - response.askedAt) / 1_000_000)
            }
        }
        self.actions.append(.play(Array(sound)))
    }
}
