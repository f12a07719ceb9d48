// What the model's side says, in the compact vocabulary's words (realtime §5-§8).

internal import Dialects

extension CompactTranslator {
    /// What became of one event.
    struct Told {
        /// For the client.
        var events: [JSONValue] = []
        /// For the model's side.
        var back: [JSONValue] = []
    }

    package mutating func send(_ event: [UInt8]) -> TranslatedEvents {
        guard let type = EventTypeScanner.type(of: event.span), let kind = CompactServerEvent(type),
            let json = try? JSONParser.parse(event)
        else { return TranslatedEvents() }
        var told = Told()
        var held: [[UInt8]] = []
        switch kind {
        case .sessionThere:
            held = self.heldUpdate()
            self.openConversation(&told)
        case .responseCreated: self.begin(json["response"]?["id"]?.string, &told)
        case .responseDone: self.responseDone(json, &told)
        case .heard: self.hear(json["item"] ?? [:])
        case .error: self.error(json["error"] ?? [:], &told)
        case .itemAdded, .itemDone, .text, .textDone, .arguments, .argumentsDone:
            guard self.turn.concerns(json["response_id"]?.string) else { break }
            self.content(kind, json, type, &told)
        }
        return TranslatedEvents(onward: told.events.map(\.rendered), back: held + told.back.map(\.rendered))
    }

    private mutating func openConversation(_ told: inout Told) {
        guard !self.isOpen else { return }
        self.isOpen = true
        told.events.append(self.say.conversationCreated(model: self.model))
    }

    // MARK: One message

    private mutating func begin(_ id: String?, _ told: inout Told) {
        // One answer at a time; what else runs is no part of the conversation.
        guard !self.turn.isSaying else { return }
        self.openConversation(&told)
        self.turn.begin(id)
        self.question = nil
        self.say.messageID = id ?? self.makeMessageID()
        told.events.append(self.say.messageCreated())
    }

    private mutating func content(
        _ kind: CompactServerEvent,
        _ json: JSONValue,
        _ type: EventType,
        _ told: inout Told
    ) {
        let itemID = json["item_id"]?.string ?? ""
        switch kind {
        case .text:
            guard let piece = json["delta"]?.string, !piece.isEmpty else { return }
            self.text(piece, itemID, json["content_index"]?.integer ?? 0, type, &told)
        case .textDone: self.textDone(json, itemID, &told)
        case .itemAdded:
            guard let item = json["item"] else { return }
            _ = self.callBlock(item["id"]?.string ?? "", item, &told)
        case .arguments:
            guard let piece = json["delta"]?.string, let block = self.callBlock(itemID, json, &told), block.isOpen
            else { return }
            told.events.append(self.say.contentDelta(block, arguments: piece))
        case .argumentsDone: self.callDone(itemID, json, &told)
        case .itemDone:
            guard let item = json["item"] else { return }
            let id = item["id"]?.string ?? ""
            if item["type"]?.string == "function_call" { self.callDone(id, item, &told) }
            self.stop(where: { $0.itemID == id }, &told)
        case .sessionThere, .responseCreated, .responseDone, .heard, .error: break
        }
    }

    private mutating func text(
        _ piece: String,
        _ itemID: String,
        _ contentIndex: Int,
        _ type: EventType,
        _ told: inout Told
    ) {
        var block = self.turn.block(itemID, contentIndex) ?? self.open(nil, itemID, contentIndex, &told)
        // A provider that says the same under two names is heard once.
        guard block.isOpen, block.call == nil, block.source.map({ $0 == type }) ?? true else { return }
        if block.source == nil {
            block.source = type
            self.turn.note(block)
        }
        self.turn.keep(piece)
        told.events.append(self.say.contentDelta(block, text: piece))
    }

    private mutating func textDone(_ json: JSONValue, _ itemID: String, _ told: inout Told) {
        let contentIndex = json["content_index"]?.integer ?? 0
        if self.turn.block(itemID, contentIndex) == nil,
            let whole = json["text"]?.string ?? json["transcript"]?.string, !whole.isEmpty
        {
            let block = self.open(nil, itemID, contentIndex, &told)
            self.turn.keep(whole)
            told.events.append(self.say.contentDelta(block, text: whole))
        }
        self.stop(where: { $0.itemID == itemID && $0.contentIndex == contentIndex }, &told)
    }

    private mutating func open(
        _ call: CompactBlock.Call?,
        _ itemID: String,
        _ contentIndex: Int,
        _ told: inout Told
    ) -> CompactBlock {
        let (block, ended) = self.turn.open(call, itemID, contentIndex)
        if let ended { told.events.append(self.say.contentStop(ended)) }
        told.events.append(self.say.contentStart(block))
        return block
    }

    private mutating func stop(where matches: (CompactBlock) -> Bool, _ told: inout Told) {
        for var block in self.turn.blocks where block.isOpen && matches(block) {
            block.isOpen = false
            self.turn.note(block)
            told.events.append(self.say.contentStop(block))
        }
    }

    // MARK: Tool calls

    /// The part for a tool call, begun if need be; nil when this says nothing of a call.
    private mutating func callBlock(_ itemID: String, _ json: JSONValue, _ told: inout Told) -> CompactBlock? {
        if let block = self.turn.block(itemID, Self.callIndex) { return block }
        guard let id = json["call_id"]?.string, let name = json["name"]?.string else { return nil }
        return self.open(CompactBlock.Call(id: id, name: name), itemID, Self.callIndex, &told)
    }

    /// A call has no parts of its own.
    private static let callIndex = -1

    private mutating func callDone(_ itemID: String, _ json: JSONValue, _ told: inout Told) {
        guard var block = self.callBlock(itemID, json, &told), block.isOpen, let call = block.call,
            let arguments = json["arguments"]?.string
        else { return }
        block.isOpen = false
        self.turn.note(block)
        told.events.append(self.say.contentStop(block, arguments: arguments))
        if self.turn.keep(call, arguments: arguments), self.awaited.count < CompactLimits.toolCalls {
            self.awaited.append(call.id)
        }
    }

    /// The first message that comes into the conversation behind a question is the one that it is about.
    private mutating func hear(_ item: JSONValue) {
        guard self.question?.item != nil, self.question?.itemID == nil, item["role"] == "user" else { return }
        self.question?.itemID = item["id"]?.string
    }

    // MARK: The end

    private mutating func responseDone(_ json: JSONValue, _ told: inout Told) {
        let response = json["response"] ?? [:]
        let id = response["id"]?.string
        if !self.turn.isSaying, self.turn.isActive { self.begin(id, &told) }
        guard self.turn.concerns(id) else { return }
        self.stop(where: { _ in true }, &told)
        let end = CompactEnd(response, calls: !self.turn.calls.isEmpty)
        if let failure = end.failure { told.events.append(self.say.error(failure)) }
        told.events.append(
            self.say.messageCompleted(
                self.turn.text ?? CompactEnd.text(of: response),
                finish: end.reason,
                usage: CompactEnd.usage([response["usage"], json["usage"]]),
                calls: self.turn.calls
            )
        )
        self.turn = CompactTurn()
        self.say.messageID = nil
        if end.reason != "tool_calls" {
            // A call that was not finished with its message is not waited for.
            self.awaited = []
            self.owesAnswer = false
        } else if self.owesAnswer {
            told.back.append(self.ask(about: nil, for: nil))
        }
    }

    private mutating func error(_ error: JSONValue, _ told: inout Told) {
        let cause = error["event_id"]?.string
        if let cause, cause == self.silent {
            self.silent = nil
            return
        }
        var refusal = CompactEnd.refusal(error)
        refusal.eventID = cause
        if let question = self.question, let cause, cause == question.item || cause == question.response {
            refusal.eventID = question.client
        }
        if case .asked(let name) = self.turn.phase {
            if cause == nil || cause == name {
                // Who asks again, as the refusal may say, says the message again.
                if cause == name, let item = self.question?.itemID { told.back.append(self.deleteSilently(item)) }
                self.turn = CompactTurn()
                self.question = nil
            } else if cause == self.question?.item {
                told.back.append(self.cancelSilently())
            }
        }
        told.events.append(self.say.error(refusal))
    }
}
