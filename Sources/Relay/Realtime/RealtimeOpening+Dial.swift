// The phases *dial* and *answer* of a realtime session: what serves it is found, and the client learns of it.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import RealtimeTranslation
import SessionCore
import Transport
import WebSocketFraming

extension RealtimeOpening {
    // MARK: Dial

    func dial(_ attempt: AttemptPlan.Attempt) {
        let candidate = attempt.candidate
        guard let admitted = self.admitted, let endpoint = self.shared.endpoints[candidate.upstream.name] else {
            self.refuse(.internalError())
            return
        }
        guard self.canServe(SessionManner(candidate, of: admitted.model)) else {
            // Beside others that hold a session by themselves, one that only chats is no equal.
            self.dispatch?.unfit(.endpointNotServed(self.exchange.head.path, model: admitted.model.id))
            return
        }
        self.session?.route = RouteTaken(candidate)
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
        let request = self.dialRequest(attempt, endpoint, admitted)
        let dial = WebSocketDial(request, context: self.service.context)
        self.dial = dial
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        dial.start { result in
            self.dial = nil
            guard !self.isOver else { return }
            switch result {
            case .success(let leg):
                self.ownTime.start(now: MonotonicTime.now().nanoseconds)
                self.dispatch?.accepted(status: 101)
                self.dispatch?.completed()
                self.open(self.upstreamPeer(leg, of: candidate, dialled: request))
            case .failure(let failure):
                let refusal = UpstreamRefusal(failure, from: candidate, requestID: self.requestID)
                self.dispatch?.failed(failure, refusal.error, answer: refusal.answer)
            }
        }
    }

    private func dialRequest(
        _ attempt: AttemptPlan.Attempt,
        _ endpoint: UpstreamEndpoint,
        _ admitted: AdmittedClient
    ) -> WebSocketDialRequest {
        let candidate = attempt.candidate
        let isLive = SessionManner(candidate, of: admitted.model) == .live
        return WebSocketDialRequest(
            endpoint: endpoint,
            target: isLive
                ? UpstreamRequestFields.liveTarget(of: candidate, key: attempt.key, version: self.liveVersion)
                : UpstreamRequestFields.realtimeTarget(
                    of: candidate,
                    key: attempt.key,
                    clientItems: self.request?.query ?? [],
                    namesModel: admitted.modelInQuery
                ),
            fields: isLive
                ? UpstreamRequestFields.fields(
                    for: candidate.upstream,
                    key: attempt.key,
                    from: self.exchange.head,
                    passing: []
                )
                : UpstreamRequestFields.realtimeFields(
                    for: candidate.upstream,
                    key: attempt.key,
                    from: self.exchange.head,
                    isBeta: candidate.upstream.realtime.shape == .beta
                ),
            limits: self.service.context.limits.fromUpstream,
            deflate: self.shared.settings.offeredUpstream,
            handshakeTimeout: min(self.shared.settings.handshakeTimeout, endpoint.firstByteTimeout)
        )
    }

    // MARK: Peers

    private func upstreamPeer(
        _ leg: WebSocketLeg,
        of candidate: Candidate,
        dialled request: WebSocketDialRequest
    ) -> any RealtimePeer {
        if case .live(let setup)? = self.firstWords?.opening {
            leg.send(text: setup.message(naming: UpstreamRequestFields.liveModel(candidate.model)))
            return leg
        }
        if let model = self.admitted?.model, SessionManner(candidate, of: model) == .live {
            return self.livePeer(leg, of: candidate, for: model, dialled: request)
        }
        let realtime = candidate.upstream.realtime
        let isAlike = self.speaksBeta && realtime.shape == .beta
        let shape: (any EventTranslator)? = realtime.shape == .beta && !isAlike ? BetaUpstreamTranslator() : nil
        guard realtime.modelPlace != .session else {
            return TranslatedPeer(leg, SessionModel(model: candidate.model, isBeta: isAlike, inner: shape))
        }
        return shape.map { TranslatedPeer(leg, $0) } ?? leg
    }

    /// Whether a client that speaks as this one does can be served in this manner.
    private func canServe(_ manner: SessionManner) -> Bool {
        switch manner {
        case .live: true
        case .wire: self.liveVersion == nil
        case .chat: false
        }
    }

    /// Set where the client speaks Gemini Live.
    private var liveVersion: String? {
        if case .live(let version)? = self.request?.form { version } else { nil }
    }

    private var liveTap: LiveTap? {
        if case .live(let setup)? = self.firstWords?.opening { LiveTap(setupBytes: setup.bytes) } else { nil }
    }

    private func livePeer(
        _ leg: WebSocketLeg,
        of candidate: Candidate,
        for model: Model,
        dialled request: WebSocketDialRequest
    ) -> GeminiLivePeer {
        let settings = self.shared.settings
        var description = GeminiLiveDescription(
            upstreamModel: UpstreamRequestFields.liveModel(candidate.model),
            model: model.id,
            identifierBase: EventID.token(),
            expiresAt: settings.toldEnd(from: Date())
        )
        description.limits.historyItems = settings.conversation.historyItems
        description.limits.pendingToolCalls = settings.conversation.pendingToolCalls
        return GeminiLivePeer(leg, request, description, self.service)
    }

    func chatPeer(for model: Model) -> any RealtimePeer {
        self.session?.route = self.shared.catalog.candidates(for: model, seed: 0).first.map { RouteTaken($0) }
        return ChatPeer(model, requestID: self.requestID, tenure: self.tenure)
    }

    private func clientPeer(_ leg: WebSocketLeg, before upstream: any RealtimePeer) -> any RealtimePeer {
        if case .live? = self.firstWords?.opening { return leg }
        if case .compact(let opening)? = self.firstWords?.opening {
            let names = IdentifierSource(base: EventID.token())
            let isChat = upstream is ChatPeer
            return TranslatedPeer(leg, CompactTranslator(opening, identifiers: names, overRealtime: !isChat))
        }
        guard self.speaksBeta, upstream is ChatPeer || !self.isUpstreamBeta else { return leg }
        return TranslatedPeer(leg, BetaClientTranslator(keepsTemperature: upstream is ChatPeer))
    }

    /// Whether the client speaks the older shape (protocol: realtime §11).
    private var speaksBeta: Bool { self.firstWords == nil && (self.request?.wantsBeta ?? false) }

    // MARK: Answer

    /// Answers the client, unless it was answered before, and lets the session begin.
    func open(_ upstream: any RealtimePeer) {
        guard let request = self.request, let session = self.session, let admitted = self.admitted else {
            upstream.drop()
            self.refuse(.internalError())
            return
        }
        let first = self.first
        guard let leg = first?.leg ?? self.upgrade(request, admitted) else {
            upstream.drop()
            self.end()
            return
        }
        self.shared.metrics.sessionOpened(model: session.model ?? "", upstream: session.route?.upstream ?? "")
        self.shared.metrics.overhead(self.ownTime, now: MonotonicTime.now().nanoseconds, kind: .realtime)
        let client = self.clientPeer(leg, before: upstream)
        self.service.begin(
            RealtimeRelay(
                session,
                admitted,
                client: client,
                upstream: upstream,
                live: self.liveTap,
                tenure: self.tenure
            )
        )
        first?.release()
        self.end()
    }

    private var isUpstreamBeta: Bool {
        let name = self.session?.route?.upstream ?? ""
        return self.shared.catalog.upstream(named: name)?.realtime.shape == .beta
    }

    /// Answers 101; nil when the client has gone.
    func upgrade(_ request: RealtimeRequest, _ admitted: AdmittedClient? = nil) -> WebSocketLeg? {
        var fields = self.answerFields(request)
        if let admitted {
            let now = self.service.context.loop.now.nanoseconds
            let rates = self.shared.limits.status(of: admitted.holder, model: admitted.model, now: now)
            fields.append(contentsOf: rates.fields)
        }
        let agreement = self.service.context.limits.deflate.flatMap {
            DeflateNegotiation.accept(request.handshake.extensions, settings: $0)
        }
        if let agreement { fields.append("sec-websocket-extensions", agreement.response) }
        return self.exchange.upgrade(
            fields: fields,
            limits: self.service.context.limits.fromClient,
            deflate: agreement?.parameters
        )
    }

    func answerFields(_ request: RealtimeRequest) -> HeaderFields {
        var fields = HeaderFields(
            ServerHandshake.responseFields(for: request.handshake, subprotocol: request.selectedSubprotocol)
        )
        let id = "\(self.requestID)"
        fields.append("x-request-id", id)
        fields.append("request-id", id)
        return fields
    }
}
