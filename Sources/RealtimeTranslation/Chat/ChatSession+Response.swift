// Responses: how they begin and how they end (realtime §4, §6, §8).

import Dialects

extension ChatSession {
    // MARK: Beginning

    mutating func createResponse(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["response"])
        let overrides = event.value["response"].flatMap { $0.isNull ? nil : $0 }
        var settings = try ResponseSettings(session: self.settings.value, overrides: overrides, check: check)
        try checkRoom(for: settings)
        let input = try settings.takeInput().map { values throws(SessionRefusal) in try inputs(of: values) }
        let response = ActiveResponse(
            id: identifiers.next("resp_"),
            work: nextWork(),
            settings: settings,
            conversationID: settings.isOutOfBand ? nil : conversationID,
            input: input,
            limits: limits
        )
        responses.append(response)
        say("response.created", ["response": response.value(end: nil)])
        begin(at: responses.count - 1)
    }

    /// Asks the model, where there is room for its answer, but not before it can be told what the user said.
    private mutating func begin(at index: Int) {
        if !responses[index].settings.isOutOfBand {
            do throws(SessionRefusal) {
                try conversation.checkRoom(items: 1, bytes: 0)
            } catch {
                return end(
                    at: index,
                    .failed(ProviderError(type: error.type, code: error.code, message: error.message))
                )
            }
        }
        let items = items(for: responses[index])
        var awaited: Set<ChatWork> = []
        var isUnheard = false
        for item in items {
            if item.role == .assistant { isUnheard = false }
            for case .inputAudio(let heard) in item.content {
                switch heard {
                case .underWay(let work): awaited.insert(work)
                case .failed: isUnheard = true
                case .text: break
                }
            }
        }
        if isUnheard {
            let error = ProviderError(
                code: "transcription_failed",
                message: "What the user said last could not be transcribed: delete that item, or say it again."
            )
            return end(at: index, .failed(error))
        }
        if awaited.isEmpty { return generate(at: index) }
        responses[index].phase = .waiting(for: awaited)
    }

    /// What a response is made from, as it stands now.
    private func items(for response: ActiveResponse) -> [ConversationItem] {
        guard let input = response.input else { return conversation.items.filter { !$0.isLeftOut } }
        return input.compactMap { input in
            switch input {
            case .own(let item): item
            case .referred(let id): conversation.item(id)
            }
        }
    }

    private func checkRoom(for settings: ResponseSettings) throws(SessionRefusal) {
        guard !settings.isOutOfBand else {
            guard responses.count(where: \.settings.isOutOfBand) < limits.outOfBandResponses else {
                throw .tooMuch(
                    "too_many_responses",
                    "At most \(limits.outOfBandResponses) responses outside of the conversation may run at once."
                )
            }
            return
        }
        if let active = responses.first(where: { !$0.settings.isOutOfBand }) {
            throw SessionRefusal(
                code: "conversation_already_has_active_response",
                message: "Conversation already has an active response in progress: \(active.id). "
                    + "Wait until the response is finished before creating a new one."
            )
        }
    }

    /// The items that a response is to be made from: its own, and those of the conversation that it refers to.
    private mutating func inputs(of values: [JSONValue]) throws(SessionRefusal) -> [ResponseInput] {
        var items: [ConversationItem] = []
        var inputs: [ResponseInput] = []
        let deafness =
            description.canTranscribe
            ? "audio does not come with a response: create an item of it and refer to that." : SettingsCheck.deafness
        var bytes = 0
        for (index, value) in values.enumerated() {
            let path = "response.input[\(index)]"
            let item: ConversationItem
            if value["type"] == "item_reference" {
                try SettingsCheck.members(value, of: path, allowed: ["type", "id"])
                guard let id = value["id"], !id.isNull else { throw .missing("\(path).id") }
                guard let found = id.string.flatMap({ conversation.item($0) }) else {
                    throw .value("\(path).id", "there is no such item in the conversation.")
                }
                item = found
                inputs.append(.referred(item.id))
            } else {
                var reader = ItemReader(path: path, deafness: deafness)
                item = try reader.read(value, identifiers: &identifiers)
                inputs.append(.own(item))
            }
            if let id = item.answeredCallID, !items.contains(where: { $0.callID == id }) {
                throw .value("\(path).call_id", "the function call that it answers must stand before it.")
            }
            bytes += item.byteCount
            items.append(item)
        }
        guard bytes <= limits.historyBytes else {
            throw .tooMuch(
                "input_too_large",
                "An input may take at most \(limits.historyBytes) bytes.",
                "response.input"
            )
        }
        return inputs
    }

    /// Asks the model, or fails where the conversation is more than the model takes.
    mutating func generate(at index: Int) {
        let response = responses[index]
        var request = response.settings.request
        let items = items(for: response)
        let budget = ContextWindow.budget(
            contextLength: description.contextLength,
            answer: response.settings.maximumTokens,
            request: request
        )
        let window = ContextWindow(items, budget: budget, truncation: settings.truncation)
        if settings.truncation == .disabled, window.isOverfull {
            let error = ProviderError(
                type: "invalid_request_error",
                code: "context_length_exceeded",
                message: "The conversation has about \(window.tokens) tokens and the model takes "
                    + "\(max(0, budget ?? 0)) beside instructions, tools and answer; 'truncation' is 'disabled'."
            )
            return end(at: index, .failed(error))
        }
        if case .retention = settings.truncation, response.input == nil, !response.settings.isOutOfBand {
            conversation.leaveOut(window.leftOut)
        }
        let shown = ConversationMessages(items.filter { !window.leftOut.contains($0.id) })
        request.system += shown.system
        request.messages = shown.messages
        act(.generate(response.work, request))
    }
}
