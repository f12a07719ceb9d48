// Turns of the model: begun, spoken piece by piece, ended in each of their ways (realtime reference §14.3).

import Dialects
import Foundation

extension SimulatedLiveSession {
    /// Lets the model answer; while it still speaks, afterwards.
    mutating func startTurn(transcript: [String] = []) {
        guard self.turn == nil else {
            self.wantsTurn = true
            return
        }
        let isHeard = !transcript.isEmpty
        self.turn = LiveTurn(
            phase: isHeard ? .hearing(piece: 0) : .thinking,
            dueAt: self.clock + (isHeard ? self.pace.perPiece : self.pace.thinking),
            transcript: transcript
        )
    }

    /// Does the next step of the turn, which is due.
    mutating func stepTurn() {
        guard var turn = self.turn, let due = turn.dueAt else { return }
        switch turn.phase {
        case .hearing(let piece):
            let isLast = piece + 1 >= turn.transcript.count
            let words: JSONValue = ["text": .string(turn.transcript[piece]), "finished": .bool(isLast)]
            self.send(["serverContent": ["inputTranscription": words]])
            turn.phase = isLast ? .thinking : .hearing(piece: piece + 1)
            turn.dueAt = due + (isLast ? self.pace.thinking : self.pace.perPiece)
            self.turn = turn
        case .thinking:
            self.decide(turn)
        case .speaking(let piece):
            self.speak(piece)
        case .ending:
            self.endTurn()
        case .calling:
            self.turn?.dueAt = nil
        }
    }

    private mutating func decide(_ given: LiveTurn) {
        guard let setup = self.setup else { return }
        var turn = given
        let material = self.conversation.material
        turn.input = self.conversation.tokens(with: setup)
        let tools =
            material.toolResults.isEmpty
            ? ToolTrigger.tools(
                from: setup.tools,
                choice: .automatic,
                text: material.userText ?? "",
                allowsParallel: true
            ) : []
        guard tools.isEmpty else {
            self.call(tools, turn, text: material.userText ?? "")
            return
        }
        turn.pieces = AnswerPieces.cut(AnswerWriter.answer(to: material))
        if self.fault == .large { turn.pieces.insert(ResponsePlan.largePiece, at: turn.pieces.count / 2) }
        turn.phase = .speaking(piece: 0)
        turn.dueAt = self.clock
        self.turn = turn
        if setup.resumes { self.send(["sessionResumptionUpdate": ["resumable": false]]) }
    }

    private mutating func call(_ tools: [ToolDefinition], _ given: LiveTurn, text: String) {
        var turn = given
        var ids: [String] = []
        let calls = tools.map { tool -> JSONValue in
            let id = self.identifiers.next("function-call-")
            ids.append(id)
            let arguments = ToolArguments.object(for: tool.parameters, text: text)
            let words = tool.name + arguments.text
            turn.said += words
            self.conversation.append(LiveEntry(role: .call(id: id, name: tool.name), text: words))
            return ["id": .string(id), "name": .string(tool.name), "args": arguments]
        }
        var message: JSONValue = ["toolCall": ["functionCalls": .array(calls)]]
        message["usageMetadata"] = self.usage(of: turn, isText: true)
        self.send(message)
        turn.phase = .calling(ids: ids)
        turn.dueAt = nil
        self.turn = turn
    }

    // MARK: Speaking

    private mutating func speak(_ piece: Int) {
        guard var turn = self.turn, let setup = self.setup else { return }
        if piece == turn.faultPiece, self.strikesFault() { return }
        guard piece < turn.pieces.count else {
            self.finishSpeaking()
            return
        }
        let text = turn.pieces[piece]
        let speech = SpeechSynthesizer(format: .pcm, voice: setup.voice, speed: 1)
        let milliseconds = setup.speaks ? speech.milliseconds(of: text) : 0
        if let cap = setup.maxTokens, self.tokens(of: turn, with: text, milliseconds) > cap {
            self.finishSpeaking()
            return
        }
        turn.said += text
        turn.spokenMilliseconds += milliseconds
        turn.phase = .speaking(piece: piece + 1)
        let audioTime = Int64(milliseconds) * 1_000_000 / self.pace.audioSpeed
        turn.dueAt = self.clock + max(self.pace.perPiece, audioTime)
        self.turn = turn
        guard setup.speaks else {
            self.send(["serverContent": ["modelTurn": ["parts": [["text": .string(text)]]]]])
            return
        }
        let data = Data(speech.audio(of: text)).base64EncodedString()
        let sound: JSONValue = ["inlineData": ["mimeType": "audio/pcm;rate=24000", "data": .string(data)]]
        self.send(["serverContent": ["modelTurn": ["parts": [sound]]]])
        if setup.transcribesOutput {
            self.send(["serverContent": ["outputTranscription": ["text": .string(text)]]])
        }
    }

    private mutating func finishSpeaking() {
        self.send(["serverContent": ["generationComplete": true]])
        let due = self.clock + self.pace.perPiece
        self.turn?.phase = .ending
        self.turn?.dueAt = due
    }

    private func tokens(of turn: LiveTurn, with text: String, _ milliseconds: Int) -> Int {
        milliseconds > 0
            ? TokenCount.spoken(milliseconds: turn.spokenMilliseconds + milliseconds)
            : TokenCount.text(turn.said + text)
    }

    private mutating func strikesFault() -> Bool {
        switch self.fault {
        case .stallMidTurn?: self.order(nil, leaving: .mute)
        case .dropMidTurn?: self.order(.cut(at: self.clock), leaving: .ended)
        case .garbage?: self.order(.raw(SimulatedRealtimeSession.garbage, at: self.clock), leaving: .mute)
        case .close(let code)?:
            self.order(.close(code: code, reason: "simulated close \(code)", at: self.clock), leaving: .ended)
        case .failTurn?: self.close(LiveRefusal(code: 1_011, reason: "Internal error encountered."))
        case .refuse?, .stallHandshake?, .large?, .binary?, .slow?, .expire?, .noUsage?, .echo?, .goAway?, nil:
            return false
        }
        return true
    }

    // MARK: Ending

    /// Ends the turn under way because the user came in between.
    mutating func interrupt() {
        guard let turn = self.turn else { return }
        if case .calling(let ids) = turn.phase {
            self.turn = nil
            self.send(["toolCallCancellation": ["ids": .array(ids.map(JSONValue.string))]])
            return
        }
        self.send(["serverContent": ["interrupted": true]])
        self.endTurn()
    }

    private mutating func endTurn() {
        guard let turn = self.turn else { return }
        self.turn = nil
        if !turn.said.isEmpty {
            self.conversation.append(
                LiveEntry(role: .model, text: turn.said, spokenMilliseconds: turn.spokenMilliseconds)
            )
        }
        var message: JSONValue = ["serverContent": ["turnComplete": true]]
        message["usageMetadata"] = self.usage(of: turn, isText: !(self.setup?.speaks ?? true))
        self.send(message)
        self.offerResumption()
        if self.fault == .expire { self.expireSoon() }
        if self.wantsTurn {
            self.wantsTurn = false
            self.startTurn()
        }
    }

    /// What the turn cost; nil for a model that does not tell.
    private func usage(of turn: LiveTurn, isText: Bool) -> JSONValue? {
        guard self.fault != .noUsage else { return nil }
        var output = LiveTokens()
        if isText {
            output.text = TokenCount.text(turn.said)
        } else {
            output.audio = TokenCount.spoken(milliseconds: turn.spokenMilliseconds)
        }
        return [
            "promptTokenCount": .integer(turn.input.total), "responseTokenCount": .integer(output.total),
            "totalTokenCount": .integer(turn.input.total + output.total),
            "promptTokensDetails": turn.input.details, "responseTokensDetails": output.details,
        ]
    }
}
