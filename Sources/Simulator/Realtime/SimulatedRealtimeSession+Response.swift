// Responses: starting, speaking piece by piece, ending in each of the four ways (realtime reference §8).

import Dialects
import Foundation

extension SimulatedRealtimeSession {
    // MARK: Starting and cancelling

    mutating func startResponse(_ request: ResponseRequest) throws(RealtimeRefusal) {
        if !request.isOutOfBand, let active = self.responses.first(where: { !$0.request.isOutOfBand }) {
            throw RealtimeRefusal(
                code: "conversation_already_has_active_response",
                message: "Conversation already has an active response in progress: \(active.id). "
                    + "Wait until the response is finished before creating a new one."
            )
        }
        guard self.responses.count < SimulatorLimits.parallelResponses else {
            throw RealtimeRefusal(
                type: "rate_limit_error",
                code: "too_many_responses",
                message: "Too many responses are under way."
            )
        }
        let items = try self.itemsSeen(by: request)
        let input = InputTokens(request: request, items: items, previous: request.isOutOfBand ? nil : self.lastInput)
        if !request.isOutOfBand { self.lastInput = input }
        let run = ResponseRun(
            id: self.identifiers.next("resp_"),
            request: request,
            plan: ResponsePlan.items(for: request, seeing: items, turn: self.turns, fault: self.model?.fault),
            input: input,
            dueAt: self.clock + (self.model?.pace ?? .usual).thinking
        )
        self.turns += 1
        self.responses.append(run)
        self.send("response.created", ["response": self.json(of: run, end: nil)])
    }

    private func itemsSeen(by request: ResponseRequest) throws(RealtimeRefusal) -> [ConversationItem] {
        guard let input = request.input else { return self.conversation.items }
        var items: [ConversationItem] = []
        for (index, json) in input.enumerated() {
            let path = "response.input[\(index)]"
            if json["type"] == "item_reference" {
                guard let id = json["id"]?.string else { throw .missing("\(path).id") }
                guard let item = self.conversation.item(id) else {
                    throw .invalid("\(path).id", "there is no item with the id '\(id.prefix(64))'.")
                }
                items.append(item)
            } else {
                items.append(try ConversationItem(client: json, id: json["id"]?.string ?? "", path: path))
            }
        }
        return items
    }

    mutating func cancelResponse(_ event: JSONValue) throws(RealtimeRefusal) {
        let index: Int?
        if let id = event["response_id"]?.string {
            index = self.responses.firstIndex { $0.id == id }
        } else {
            index = self.responses.firstIndex { !$0.request.isOutOfBand }
        }
        guard let index else {
            throw RealtimeRefusal(
                code: "response_cancel_not_active",
                message: "Cancellation failed: no active response found."
            )
        }
        self.endResponse(at: index, .cancelled(reason: "client_cancelled"))
    }

    // MARK: Speaking

    /// Does the next step of a response that is due.
    mutating func stepResponse(at index: Int) {
        var run = self.responses[index]
        switch run.phase {
        case .opening:
            guard run.planned != nil else {
                self.endResponse(at: index, .completed)
                return
            }
            self.openItem(of: &run)
            run.phase = .speaking(piece: 0)
            run.dueAt += (self.model?.pace ?? .usual).perPiece
            self.responses[index] = run
        case .speaking(let piece):
            self.speak(piece, at: index)
        case .finished:
            self.responses.remove(at: index)
        }
    }

    private mutating func speak(_ piece: Int, at index: Int) {
        var run = self.responses[index]
        if run.itemIndex == 0, piece == run.faultPiece, self.strikesFault(at: index) { return }
        guard let planned = run.planned, piece < planned.pieces.count else {
            self.finishItem(of: &run, .completed)
            run.itemIndex += 1
            run.phase = .opening
            self.responses[index] = run
            if run.planned == nil { self.endResponse(at: index, .completed) }
            return
        }
        let text = planned.pieces[piece]
        if let cap = run.request.maxTokens, run.tokensSoFar + self.tokens(of: text, in: run) > cap {
            self.endResponse(at: index, .incomplete(reason: "max_output_tokens"))
            return
        }
        run.dueAt += self.say(text, in: &run)
        run.phase = .speaking(piece: piece + 1)
        self.responses[index] = run
    }

    private func tokens(of piece: String, in run: ResponseRun) -> Int {
        let isSpoken = run.request.speaks && run.planned?.isMessage ?? false
        let audio = isSpoken ? TokenCount.spoken(milliseconds: run.request.synthesizer.milliseconds(of: piece)) : 0
        return TokenCount.text(piece) + audio
    }

    /// Sends the deltas of one piece and returns how long it keeps the response busy.
    private mutating func say(_ text: String, in run: inout ResponseRun) -> Int64 {
        let pace = self.model?.pace ?? .usual
        run.spoken += text
        guard run.planned?.isMessage ?? false else {
            let ids = self.ids(of: run).overlaid(with: ["call_id": .string(run.callID), "delta": .string(text)])
            self.send("response.function_call_arguments.delta", ids)
            return pace.perPiece
        }
        let ids = self.ids(of: run).overlaid(with: ["content_index": 0])
        guard run.request.speaks else {
            self.send("response.output_text.delta", ids.overlaid(with: ["delta": .string(text)]))
            return pace.perPiece
        }
        let speech = run.request.synthesizer
        let milliseconds = speech.milliseconds(of: text)
        self.settings.isVoiceFixed = true
        run.spokenMilliseconds += milliseconds
        self.send("response.output_audio_transcript.delta", ids.overlaid(with: ["delta": .string(text)]))
        let audio = Data(speech.audio(of: text)).base64EncodedString()
        self.send("response.output_audio.delta", ids.overlaid(with: ["delta": .string(audio)]))
        return max(pace.perPiece, Int64(milliseconds) * 1_000_000 / pace.audioSpeed)
    }

    /// Lets the model's fault happen, if it is one that strikes within a turn; true when it did.
    private mutating func strikesFault(at index: Int) -> Bool {
        switch self.model?.fault {
        case .stallMidTurn?: self.order(nil, leaving: .mute)
        case .dropMidTurn?: self.order(.cut(at: self.clock), leaving: .ended)
        case .garbage?: self.order(.raw(Self.garbage, at: self.clock), leaving: .mute)
        case .close(let code)?:
            self.order(.close(code: code, reason: "simulated close \(code)", at: self.clock), leaving: .ended)
        case .failTurn?: self.endResponse(at: index, .failed)
        case .refuse?, .stallHandshake?, .large?, .binary?, .slow?, .expire?, .noUsage?, .echo?, .goAway?, nil:
            return false
        }
        return true
    }

    /// A frame with all reserved bits and a reserved opcode, then noise.
    static let garbage: [UInt8] = [0xF3, 0xFF] + (0..<64).map { UInt8(truncatingIfNeeded: $0 * 73 + 41) }

    // MARK: Items of a response

    private mutating func openItem(of run: inout ResponseRun) {
        let isCall = !(run.planned?.isMessage ?? true)
        run.itemID = self.identifiers.next("item_")
        run.callID = isCall ? self.identifiers.next("call_") : ""
        run.spoken = ""
        run.spokenMilliseconds = 0
        let json = run.itemJSON(status: "in_progress")
        let head: JSONValue = ["response_id": .string(run.id), "output_index": .integer(run.itemIndex)]
        self.send("response.output_item.added", head.overlaid(with: ["item": json]))
        if !run.request.isOutOfBand {
            let item = ConversationItem(id: run.itemID, json: json)
            // A full conversation only loses the item; the response goes on.
            try? self.conversation.insert(item, after: nil)
            self.announce(item, events: ["conversation.item.added"])
        }
        guard !isCall else { return }
        let part: JSONValue =
            run.request.speaks ? ["type": "audio", "transcript": ""] : ["type": "text", "text": ""]
        self.send(
            "response.content_part.added",
            self.ids(of: run).overlaid(with: ["content_index": 0, "part": part])
        )
    }

    /// Ends the open item: its done events, its place in the conversation, its tokens.
    private mutating func finishItem(of run: inout ResponseRun, _ end: ResponseEnd) {
        let ids = self.ids(of: run)
        let json = run.itemJSON(status: end.itemStatus)
        if case .call(let name, _)? = run.planned {
            self.send(
                "response.function_call_arguments.done",
                ids.overlaid(with: [
                    "call_id": .string(run.callID), "name": .string(name), "arguments": .string(run.spoken),
                ])
            )
        } else {
            self.finishContent(of: run, ids: ids.overlaid(with: ["content_index": 0]))
        }
        if !run.request.isOutOfBand {
            var item = ConversationItem(id: run.itemID, json: json)
            item.spokenMilliseconds = run.spokenMilliseconds
            self.conversation.replace(item)
            self.announce(item, events: ["conversation.item.done"])
        }
        self.send(
            "response.output_item.done",
            ["response_id": .string(run.id), "output_index": .integer(run.itemIndex), "item": json]
        )
        run.output.append(json)
        run.outputText += TokenCount.text(run.spoken)
        run.outputAudio += TokenCount.spoken(milliseconds: run.spokenMilliseconds)
        run.spoken = ""
        run.spokenMilliseconds = 0
    }

    private mutating func finishContent(of run: ResponseRun, ids: JSONValue) {
        let text = JSONValue.string(run.spoken)
        if run.request.speaks {
            self.send("response.output_audio.done", ids)
            self.send("response.output_audio_transcript.done", ids.overlaid(with: ["transcript": text]))
        } else {
            self.send("response.output_text.done", ids.overlaid(with: ["text": text]))
        }
        let part: JSONValue =
            run.request.speaks ? ["type": "audio", "transcript": text] : ["type": "text", "text": text]
        self.send("response.content_part.done", ids.overlaid(with: ["part": part]))
    }

    // MARK: Ending

    /// Ends a response in any way, the open item first.
    mutating func endResponse(at index: Int, _ end: ResponseEnd) {
        var run = self.responses.remove(at: index)
        if run.isItemOpen { self.finishItem(of: &run, end) }
        run.phase = .finished
        let response = self.json(of: run, end: end)
        self.send("response.done", ["response": response])
        let tokens = run.input.total + run.outputText + run.outputAudio
        self.send("rate_limits.updated", ["rate_limits": self.rateLimits.spend(tokens: tokens)])
        if self.model?.fault == .expire { self.expire() }
    }

    private func json(of run: ResponseRun, end: ResponseEnd?) -> JSONValue {
        run.json(end: end, conversationID: self.conversationID, hasUsage: self.model?.fault != .noUsage)
    }

    private func ids(of run: ResponseRun) -> JSONValue {
        [
            "response_id": .string(run.id), "item_id": .string(run.itemID), "output_index": .integer(run.itemIndex),
        ]
    }
}
