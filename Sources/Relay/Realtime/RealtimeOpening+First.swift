// The opening of a session whose model is named in the first message: the client is answered 101, says what it wants, and is
// then admitted as anybody else. A client that has not shown a key holds one socket and one small message meanwhile.

import Dialects
import EventLoop
import HTTPFraming
import RealtimeTranslation
import SessionCore
import Transport
import WebSocketFraming

extension RealtimeOpening {
    /// Whether the model comes with the first message: a secret names one by itself.
    func isAnsweredFirst(_ request: RealtimeRequest, _ holder: KeyHolder) -> Bool {
        switch request.form {
        case .query: false
        case .compact: holder.secret == nil
        case .live: true
        }
    }

    /// Answers a client whose key comes with the first message.
    func greetStranger() throws(RelayError) {
        let limit = self.shared.settings.conversation.unauthenticatedPerAddress
        let address = self.exchange.peer.ipBytes
        guard let stranger = self.shared.strangers.enter(address, limit: limit) else {
            throw .rateLimited("The number of connections of one address that have not shown a key", retryAfter: 10)
        }
        self.stranger = stranger
        try self.greet(nil)
    }

    /// Answers 101 and waits for the first message; `holder` is nil for a stranger.
    func greet(_ holder: KeyHolder?) throws(RelayError) {
        guard let request = self.request else { throw .internalError() }
        if let holder { _ = try self.service.keyCheck.admit(holder, model: nil, peer: self.exchange.peer).get() }
        guard self.service.openingCount < self.shared.settings.sessionsPerLoop else {
            throw .serviceUnavailable("The relay holds as many sessions as it may")
        }
        guard let leg = self.upgrade(request) else {
            self.end()
            return
        }
        let limit = holder == nil ? FirstMessage.Limits.bytes : FirstMessage.Limits.knownBytes
        let first = FirstMessage(of: leg, loop: self.service.context.loop, limit: limit)
        self.first = first
        first.onGone = { self.clientGone() }
        first.start(timeout: self.shared.settings.handshakeTimeout) { outcome in
            guard !self.isOver else { return }
            switch outcome {
            case .message(let message): self.heard(message, from: holder)
            case .tooLarge: self.refuse(.tooLarge(limitBytes: limit))
            case .tooLate: self.refuse(request.form.isLive ? .setupTooLate() : .firstMessageTooLate())
            case .gone: self.clientGone()
            }
        }
    }

    /// The relay is to stop: who has said nothing yet is told so, and not waited for.
    func drain() {
        guard self.first != nil, self.firstWords == nil else { return }
        self.refuse(.draining())
    }

    private func heard(_ message: WholeMessage, from holder: KeyHolder?) {
        guard let request = self.request else { return self.refuse(.internalError()) }
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
        do throws(RelayError) {
            let words = try self.read(message, request.form)
            self.firstWords = words
            if let holder {
                try self.admit(holder, request, model: words.model)
                return
            }
            guard words.credential != .none else { throw RelayError.noCredentialSaid() }
            self.service.keyCheck.identify(words.credential) { result in
                guard !self.isOver else { return }
                do throws(RelayError) {
                    let holder = try result.get()
                    self.stranger = nil
                    try self.admit(holder, request, model: words.model)
                } catch {
                    self.refuse(error)
                }
            }
        } catch {
            self.refuse(error)
        }
    }

    private func read(_ message: WholeMessage, _ form: OpeningForm) throws(RelayError) -> FirstWords {
        switch form {
        case .query:
            throw .internalError()
        case .live:
            guard let setup = GeminiLiveSetup(message.bytes) else {
                let told = "The first message must be a setup that names a model."
                throw .invalidRequest(code: "invalid_event", message: told, param: "setup")
            }
            return FirstWords(model: setup.model, credential: .none, opening: .live(setup))
        case .compact:
            let opening: CompactOpening
            do throws(CompactRefusal) {
                opening = try CompactOpening(message.bytes, isKnown: self.stranger == nil)
                self.firstEventID = opening.eventID
            } catch {
                self.firstEventID = error.eventID
                throw .invalidRequest(code: error.code, message: error.message, param: error.param)
            }
            let shown = opening.credential.map { [$0] } ?? []
            return FirstWords(
                model: opening.model,
                credential: CredentialReader.read { $0 == "api-key" ? shown : [] },
                opening: .compact(opening)
            )
        }
    }
}
