// What clients of Gemini Live say (realtime reference §14.2), and the closes for what makes no sense.

import Dialects

extension SimulatedLiveSession {
    private static let names = ["setup", "clientContent", "realtimeInput", "toolResponse", "contextUpdate"]

    mutating func handle(_ bytes: [UInt8]) throws(LiveRefusal) {
        guard let message = try? JSONParser.parse(bytes), message.isObject else {
            throw .badArgument("Invalid JSON payload received.")
        }
        if let name = message.unknownName(beyond: Self.names) {
            throw .badArgument("Unknown name \"\(name.prefix(40))\": Cannot find field.")
        }
        guard message.members.count == 1 else { throw .badArgument("Exactly one message type must be set.") }
        guard self.phase == .open else {
            guard let setup = message["setup"], setup.isObject else {
                throw .badArgument("The first message must be 'setup'.")
            }
            return try self.start(LiveSetup(setup))
        }
        self.received += 1
        if let content = message.proto("clientContent") { return self.take(content: content) }
        if let input = message.proto("realtimeInput") { return try self.take(input: input) }
        if let response = message.proto("toolResponse") { return try self.take(toolResponse: response) }
        if let update = message.proto("contextUpdate") {
            self.setup?.update(update)
            return
        }
        throw .badArgument("'setup' can only be sent once.")
    }

    // MARK: Setup

    private mutating func start(_ setup: LiveSetup) throws(LiveRefusal) {
        switch setup.model.fault {
        case .refuse(let status)?:
            let code: UInt16 = status >= 500 || status == 429 ? 1_011 : status == 403 || status == 404 ? 1_008 : 1_007
            throw LiveRefusal(code: code, reason: "The simulator was asked to refuse with status \(status).")
        case .stallHandshake?:
            self.order(nil, leaving: .mute)
            return
        default: break
        }
        if let handle = setup.handle {
            guard let conversation = self.memories.recall(handle) else {
                throw .notFound("BidiGenerateContent session not found")
            }
            self.conversation = conversation
        }
        self.setup = setup
        self.inputAudio.configure(
            format: .pcm,
            detector: setup.detects ? setup.detector : nil,
            paddingMilliseconds: setup.paddingMilliseconds
        )
        self.begin()
        self.send(["setupComplete": ["sessionId": .string(self.identifiers.next(""))]])
        self.offerResumption()
    }

    /// Gives a handle to what the conversation has come to.
    mutating func offerResumption() {
        guard let setup = self.setup, setup.resumes, self.fault != .echo else { return }
        let handle = self.identifiers.next("")
        self.memories.remember(self.conversation, as: handle)
        var update: JSONValue = ["newHandle": .string(handle), "resumable": true]
        if setup.isTransparent { update["lastConsumedClientMessageIndex"] = "\(self.received)" }
        self.send(["sessionResumptionUpdate": update])
    }

    // MARK: Content

    private mutating func take(content: JSONValue) {
        self.interrupt()
        for turn in content["turns"]?.elements ?? [] {
            self.conversation.append(turn: turn)
        }
        if content.proto("turnComplete")?.bool ?? false { self.startTurn() }
    }

    private mutating func take(toolResponse: JSONValue) throws(LiveRefusal) {
        for response in toolResponse.proto("functionResponses")?.elements ?? [] {
            guard let id = response["id"]?.string, let name = self.conversation.callName(id) else {
                throw .badArgument("A function response has the id of no function call.")
            }
            guard case .calling(var ids)? = self.turn?.phase, ids.contains(id) else { continue }
            ids.removeAll { $0 == id }
            let result = response["response"] ?? [:]
            let text = (result["output"] ?? result["result"])?.string ?? result.text
            self.conversation.append(LiveEntry(role: .result(name: name), text: text))
            self.turn?.phase = .calling(ids: ids)
            if ids.isEmpty {
                self.turn = nil
                self.startTurn()
            }
        }
    }

    // MARK: What comes as it happens

    private mutating func take(input: JSONValue) throws(LiveRefusal) {
        let detects = self.setup?.detects ?? true
        if input.proto("activityStart") != nil || input.proto("activityEnd") != nil, detects {
            throw .badArgument(
                "Explicit activity control is not supported when automatic activity detection is enabled."
            )
        }
        if input.proto("activityStart") != nil {
            self.isActive = true
            if self.setup?.interrupts ?? true { self.interrupt() }
        }
        for chunk in input.proto("mediaChunks")?.elements ?? [] {
            try self.take(chunk: chunk)
        }
        for name in ["audio", "video"] {
            if let chunk = input[name] { try self.take(chunk: chunk) }
        }
        if let text = input["text"]?.string { self.take(text: text) }
        if input.proto("audioStreamEnd")?.bool ?? false, self.inputAudio.hearsSpeech { self.commit() }
        if input.proto("activityEnd") != nil {
            self.isActive = false
            self.commit()
        }
    }

    private mutating func take(chunk: JSONValue) throws(LiveRefusal) {
        let type = chunk.proto("mimeType")?.string ?? ""
        guard !type.hasPrefix("image/") else {
            self.pendingImages.append(LiveConversation.image(chunk))
            if self.pendingImages.count > SimulatorLimits.liveImages { self.pendingImages.removeFirst() }
            return
        }
        guard let audio = LiveAudio.pcm(chunk) else { throw .badArgument("Request contains an invalid argument.") }
        let detects = self.setup?.detects ?? true
        guard detects || self.isActive else { return }
        guard self.inputAudio.byteCount + audio.count <= SimulatorLimits.inputBufferBytes else {
            throw .badArgument("The audio of one turn is too long.")
        }
        self.inputAudio.append(audio)
        while let finding = self.inputAudio.nextFinding() {
            switch finding {
            case .started:
                if self.setup?.interrupts ?? true { self.interrupt() }
            case .stopped: self.commit()
            }
        }
    }

    private mutating func take(text: String) {
        if self.isActive {
            self.pendingText.append(text)
            return
        }
        if self.setup?.interrupts ?? true { self.interrupt() }
        self.pendingText.append(text)
        self.commitEntry(heard: nil)
        self.startTurn()
    }

    /// The user has ended: what was heard, seen and written since is a contribution, and is answered.
    private mutating func commit() {
        let audio = self.inputAudio.commit()
        let heard = audio.heard.milliseconds > 0 ? audio.heard : nil
        guard heard != nil || !self.pendingText.isEmpty || !self.pendingImages.isEmpty else { return }
        self.commitEntry(heard: heard)
        let isTold = self.setup?.transcribesInput ?? false
        self.startTurn(transcript: isTold ? heard.map { AnswerPieces.cut($0.transcript) } ?? [] : [])
    }

    private mutating func commitEntry(heard: HeardAudio?) {
        let text = self.pendingText.joined(separator: " ")
        self.conversation.append(LiveEntry(role: .user, text: text, heard: heard, images: self.pendingImages))
        self.pendingText = []
        self.pendingImages = []
    }
}
