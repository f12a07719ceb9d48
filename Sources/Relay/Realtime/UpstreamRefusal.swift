// An upstream that said no before anything was promised: its status and body become ours, unless they are about our own credential
// or are not an answer at all.

import Dialects
import HTTPFraming
import SessionCore
import Transport

/// What the client is told of an upstream's refusal.
struct UpstreamRefusal {
    let error: RelayError
    /// The upstream's own words, when they may be passed on.
    let answer: HTTPAnswer?

    private init(error: RelayError, answer: HTTPAnswer?) {
        self.error = error
        self.answer = answer
    }

    init(_ failure: UpstreamFailure, from candidate: Candidate, requestID: RequestID) {
        guard case .refused(let status, let fields, let body) = failure else {
            self.init(error: ErrorRendering.error(for: failure), answer: nil)
            return
        }
        self.init(
            status: status,
            fields: fields,
            error: ChatDialect.openai.parseError(body),
            words: body,
            from: candidate,
            requestID: requestID
        )
    }

    /// A refusal that was read in its own dialect; `words` is its body, if the client speaks that dialect, too.
    init(
        status: Int,
        fields: HeaderFields,
        error parsed: ProviderError?,
        words: [UInt8]?,
        from candidate: Candidate,
        requestID: RequestID
    ) {
        let (secrets, host) = (candidate.upstream.apiKeys, candidate.upstream.baseURL.host)
        let retryAfter = RetryAfter.seconds(in: fields) ?? parsed?.retryAfter
        let text = parsed.map { Redaction.redact($0.message, secrets: secrets, host: host) }
        var error = RelayError.upstreamRefused(
            status: status,
            type: Self.token(parsed?.type),
            code: Self.token(parsed?.code),
            message: text,
            param: Self.token(parsed?.param),
            retryAfter: retryAfter
        )
        // Both are about our own key, who it is and what it may: never the client's.
        let isOurs = status == 401 || status == 403
        guard (400...599).contains(status), !isOurs, parsed != nil, let words else {
            self.init(error: error, answer: nil)
            return
        }
        error.status = status
        var answerFields = ErrorRendering.commonFields(requestID: requestID)
        answerFields.append("content-type", "application/json")
        if let retryAfter {
            answerFields.append("retry-after", "\(retryAfter)")
        }
        let told = Redaction.redact(String(decoding: words, as: UTF8.self), secrets: secrets, host: host)
        self.init(
            error: error,
            answer: HTTPAnswer(status: status, fields: answerFields, body: Array(told.utf8))
        )
    }

    /// A word that may stand in a log line, a close reason and an event; what is anything else is dropped.
    private static func token(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= 64, Redaction.withoutKeys(text) == text,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") })
        else { return nil }
        return text
    }
}
