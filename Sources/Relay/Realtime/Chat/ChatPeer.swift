// Stands where an upstream leg would: a chat model as a realtime session. What is said and when decides `ChatSession`, which
// knows no socket; here are the calls over HTTP that it asks for, and their answers on the way back to it.

import Dialects
import EventLoop
import Foundation
import RealtimeTranslation
import SessionCore
import Transport
import WebSocketFraming

/// A chat model in an upstream's place.
///
/// Loop-bound.
final class ChatPeer: RealtimePeer {
    private enum Limits {
        /// Responses whose route is known; more than can be under way.
        static let routes = 32
    }

    private let model: Model
    private let requestID: RequestID
    private let tenure: RelayTenure
    private weak var relay: RealtimeRelay?
    private var machine: ChatSession
    private var hasBegun = false
    private(set) var isOpen = true
    private var isPaused = false
    private var calls: [ChatWork: ModelCall] = [:]
    private let actions = ActionQueue<ChatAction>()
    /// Where responses and transcriptions came from, the latest ones; asked for when they are written down.
    private var routes: [(subject: String, route: RouteTaken)] = []
    private var inbound = MessageCollector()
    /// Events that came while the client did not take what it is told, since a small one can have a large answer.
    ///
    /// No more than come before the client is paused.
    private var waiting: [[UInt8]] = []
    private var bytesOfEndedCalls = 0
    private(set) var messagesReceived = 0

    init(_ model: Model, requestID: RequestID, tenure: RelayTenure) {
        self.model = model
        self.requestID = requestID
        self.tenure = tenure
        var description = ChatSessionDescription(
            model: model.id,
            identifierBase: EventID.token(),
            expiresAt: tenure.shared.settings.toldEnd(from: Date())
        )
        description.contextLength = model.contextLength
        description.limits = ConversationLimits(tenure.shared.settings.conversation)
        description.transcriptionModel = model.speech?.transcription?.model
        description.voice = model.speech?.synthesis.map { $0.voice ?? Self.usualVoice }
        self.machine = ChatSession(description)
    }

    /// The voice that every provider of `/audio/speech` has known from the beginning.
    private static let usualVoice = "alloy"

    // MARK: The relay's side

    var isCongested: Bool { !self.waiting.isEmpty }
    let isMidMessage = false
    let sendRoom = 0
    var bytesReceived: Int { self.calls.values.reduce(self.bytesOfEndedCalls) { $0 &+ $1.bytesReceived } }
    var bufferedBytes: Int { self.waiting.reduce(self.inbound.heldBytes) { $0 &+ $1.count } }

    func attach(_ relay: RealtimeRelay) { self.relay = relay }

    func begin() {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        self.act(self.machine.open())
    }

    func forward(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        guard let message = self.inbound.take(chunk, in: bytes.span) else { return }
        self.send(text: message)
    }

    func flush(in bytes: inout MutableSpan<UInt8>) {}

    func send(text: [UInt8]) {
        guard self.isOpen else { return }
        self.begin()
        guard self.waiting.isEmpty, !self.isClientCongested else {
            self.waiting.append(text)
            return
        }
        self.hear(text)
    }

    func send(binary: [UInt8]) { self.send(text: binary) }

    func overtake(text: [UInt8]) {
        guard self.isOpen else { return }
        self.act(self.machine.receive(text))
    }

    /// Whether the client is there and takes nothing at the moment.
    private var isClientCongested: Bool {
        guard let relay = self.relay else { return false }
        return !relay.isHolding && relay.client.isCongested
    }

    private func hear(_ event: [UInt8]) {
        self.act(self.machine.receive(event))
        // What was asked for has begun by now, or was refused.
        if self.waiting.isEmpty { self.relay?.allIsHeard() }
    }

    private func takeWaiting() {
        guard !self.waiting.isEmpty, let relay = self.relay else { return }
        var next = 0
        while self.isOpen, !relay.isHolding, !self.isClientCongested, next < self.waiting.count {
            self.act(self.machine.receive(self.waiting[next]))
            next += 1
        }
        guard self.isOpen, !relay.isHolding else {
            // Nobody is left to answer.
            self.waiting = []
            return
        }
        self.waiting.removeFirst(next)
        guard self.waiting.isEmpty else { return }
        relay.allIsHeard()
        relay.drained(self)
    }

    func pauseReading() {
        self.isPaused = true
        for call in self.calls.values { call.pauseReading() }
    }

    func resumeReading() {
        self.takeWaiting()
        guard self.isPaused, !self.isClientCongested else { return }
        self.isPaused = false
        for call in self.calls.values { call.resumeReading() }
    }

    func keepAlive() {}

    func close(code: CloseCode?, reason: String) { self.drop() }

    func drop() {
        self.isOpen = false
        self.actions.drop()
        self.waiting = []
        for call in self.calls.values {
            self.bytesOfEndedCalls &+= call.bytesReceived
            call.cancel()
        }
        self.calls = [:]
    }

    func route(of subject: String) -> RouteTaken? {
        self.routes.last { $0.subject == subject }?.route
    }

    // MARK: Acting

    private func act(_ actions: [ChatAction]) {
        guard self.isOpen else { return }
        self.actions.run(actions) { self.run($0) }
    }

    private func run(_ action: ChatAction) {
        switch action {
        case .say(let event):
            self.messagesReceived &+= 1
            self.relay?.peer(self, said: event)
        case .generate(let work, let request):
            var request = request
            request.model = self.model.id
            self.start(
                .generation(request, of: self.model, requestID: self.requestID, tenure: self.tenure),
                for: work
            )
        case .transcribe(let work, let audio, let language, let prompt):
            guard let route = self.model.speech?.transcription else { return self.fail(work) }
            self.start(
                .transcription(
                    audio,
                    language: language,
                    prompt: prompt,
                    over: route,
                    requestID: self.requestID,
                    tenure: self.tenure
                ),
                for: work
            )
        case .speak(let work, let text, let voice, let speed):
            guard let route = self.model.speech?.synthesis?.route else { return self.fail(work) }
            self.start(
                .speech(
                    text,
                    voice: voice,
                    speed: speed,
                    over: route,
                    requestID: self.requestID,
                    tenure: self.tenure
                ),
                for: work
            )
        case .cancel(let work):
            self.note(work)
            self.forget(work)?.cancel()
        case .tellRates:
            if let event = self.relay?.ratesEvent() { self.relay?.peer(self, said: event) }
        }
    }

    private func start(_ call: ModelCall, for work: ChatWork) {
        self.calls[work] = call
        if self.isPaused { call.pauseReading() }
        call.start { report in self.take(report, work) }
    }

    private func fail(_ work: ChatWork) {
        self.act(self.machine.failed(RelayError.internalError().providerError, by: work))
    }

    private func forget(_ work: ChatWork) -> ModelCall? {
        guard let call = self.calls.removeValue(forKey: work) else { return nil }
        self.bytesOfEndedCalls &+= call.bytesReceived
        return call
    }

    // MARK: What the models answer

    /// Notes where the answer comes from; of a response that is asked for again the last one counts.
    private func note(_ work: ChatWork) {
        guard let subject = self.machine.subject(of: work), let route = self.calls[work]?.route else { return }
        if let index = self.routes.lastIndex(where: { $0.subject == subject }) {
            self.routes[index].route = route
        } else {
            if self.routes.count >= Limits.routes { self.routes.removeFirst() }
            self.routes.append((subject, route))
        }
    }

    private func take(_ report: ModelCall.Report, _ work: ChatWork) {
        self.note(work)
        switch report {
        case .events(let events):
            for event in events { self.act(self.machine.generated(event, by: work)) }
        case .bytes(let bytes):
            self.take(bytes, work)
        case .ended:
            self.act(self.machine.spoken(by: work))
            _ = self.forget(work)
        case .failed(let error):
            self.act(self.machine.failed(error.providerError, by: work))
            _ = self.forget(work)
        }
        self.relay?.turnEnded(of: self)
    }

    private func take(_ bytes: [UInt8], _ work: ChatWork) {
        guard self.isTranscription(work) else {
            self.act(self.machine.spoke(bytes, by: work))
            return
        }
        if let told = TranscriptionAnswer(bytes) {
            self.act(self.machine.transcribed(told.text, usage: told.usage, by: work))
        } else {
            let error = RelayError.badGateway("answered with what is no transcription")
            self.act(self.machine.failed(error.providerError, by: work))
        }
    }

    private func isTranscription(_ work: ChatWork) -> Bool { self.calls[work]?.kind == .whole }
}

extension ConversationLimits {
    /// What the operator set, and the rest as it is.
    init(_ bounds: ConversationBounds) {
        self.init()
        self.historyItems = bounds.historyItems
        self.historyBytes = bounds.historyBytes
        self.pendingToolCalls = bounds.pendingToolCalls
        self.audioBytes = bounds.audioBytes
        self.sentences = bounds.sentences
        self.eventBytes = bounds.eventBytes
    }
}

extension RelaySettings {
    /// When a session that begins now ends, in Unix seconds; without a cap in a day, since the protocol knows no "never".
    func toldEnd(from now: Date) -> Int64 {
        let seconds = self.maximumSession > .zero ? self.maximumSession.components.seconds : 24 * 3_600
        return Int64(now.timeIntervalSince1970) + seconds
    }
}
