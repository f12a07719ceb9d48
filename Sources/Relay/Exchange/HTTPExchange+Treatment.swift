// How an upstream's answer is taken, decided by its head: told as an error, passed through whole, event by event, or translated
// (protocol: http §8).

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

extension HTTPExchange {
    /// Decides by the head how the answer is taken.
    func begin(_ head: ResponseHead) {
        guard let asked = self.asked else { return }
        if let flaw = Reception.flaw(of: head, takesAny: self.path.answersAnything) {
            self.upstream?.cancel()
            self.failed(.unusable(flaw))
            return
        }
        self.dispatch?.heard()
        var reception = Reception(head, scanner: self.path.scanner(asked.dialect))
        let wantsStream = self.call?.isStream ?? false
        defer { self.reception = reception }
        guard head.status == 200 else {
            self.state = .collecting
            return
        }
        // Gemini streams arrays, too.
        let isStream = reception.isEventStream || wantsStream && asked.dialect == .gemini
        switch asked.treatment {
        case .passed where isStream && wantsStream:
            // An array for who asked for events, or the reverse, is no answer to a Gemini client.
            let isOtherShape = self.dialect == .gemini && reception.isEventStream == self.wantsArray
            reception.stream = isOtherShape ? self.translatedStream(asked) : self.passedStream(asked)
            self.state = .streaming
        case .passed where self.path.operation == .generate && reception.isEventStream != wantsStream:
            // SDKs take neither events for a whole answer nor the reverse (§8).
            self.gather(&reception, asked)
        case .passed where reception.isEventStream:
            // Nobody asked for events; who sends them unasked is passed on as what it is.
            self.state = .passing
            self.reception = reception
            self.promise()
        case .passed where !self.hasBegun:
            self.state = .inspecting
        case .translated where reception.isEventStream && wantsStream:
            reception.stream = self.translatedStream(asked)
            self.state = .streaming
        case .passed, .translated:
            self.gather(&reception, asked)
        }
    }

    /// Takes the answer in whole, to be translated.
    private func gather(_ reception: inout Reception, _ asked: UpstreamCall) {
        reception.gatherer = AnswerGatherer(
            asked.dialect,
            isEventStream: reception.isEventStream,
            limitBytes: self.shared.settings.translatedAnswerBytes
        )
        self.state = .gathering
    }

    /// Takes our keys and the like out of what a provider says of itself (`robustness.md` G2).
    private var redaction: @Sendable (String) -> String {
        let secrets = self.current?.upstream.apiKeys ?? []
        let host = self.current?.upstream.baseURL.host
        return { Redaction.redact($0, secrets: secrets, host: host) }
    }

    private func passedStream(_ asked: UpstreamCall) -> any AnswerStream {
        self.path.passedStream(asked.dialect, identity: self.identity, rewriteError: self.redaction)
    }

    private func translatedStream(_ asked: UpstreamCall) -> any AnswerStream {
        TranslatedStream(
            from: asked.dialect.streamReader(),
            to: self.dialect.streamWriter(self.identity),
            requestID: "\(self.requestID)",
            redact: self.redaction
        )
    }

    /// What a translated answer says of itself.
    var identity: AnswerIdentity {
        AnswerIdentity(
            token: EventID.token(),
            created: Int64(self.startedAt.timeIntervalSince1970),
            model: self.call?.model ?? "",
            includesUsage: self.call?.includesUsage ?? false,
            estimatedInputTokens: self.meter?.promptTokens ?? 0,
            isJSONArray: self.wantsArray
        )
    }

    /// Whether a Gemini client wants an array rather than events (protocol: http §3.1).
    var wantsArray: Bool {
        guard self.dialect == .gemini, self.path.isStream ?? false else { return false }
        let items = (try? RequestTarget.queryItems(self.client.head.query ?? "")) ?? []
        return !items.contains { $0.name == "alt" && $0.value.lowercased() == "sse" }
    }
}
