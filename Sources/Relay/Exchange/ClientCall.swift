// What a client asks of a model: its body looked at once, and put in an upstream's words for each upstream that is asked.
//
// Within one dialect the bytes stay, but for the model and a stream's usage option. Between two the body is read once and
// written once per upstream dialect and model, however often it is asked.

import Dialects
import HTTPFraming
import SessionCore

/// A client's request.
struct ClientCall {
    let path: CallPath
    private let look: RequestLook
    /// That of a form, which names its boundary.
    private let contentType: String?
    /// The request in no provider's words, once one had to be found.
    private var hub: GenerationRequest?
    private var written: (upstream: String, model: String, request: TranslatedRequest)?

    /// Looks at a body; `contentType` tells a form's boundary.
    init(_ path: CallPath, body: [UInt8], contentType: String?) throws {
        self.path = path
        switch path.operation {
        case .passed(let endpoint) where endpoint.isForm:
            self.look = try RequestLook(form: body, contentType: contentType ?? "")
            self.contentType = contentType
        case .passed(let endpoint):
            self.look = try RequestLook(passed: body, usualModel: endpoint.usualModel)
            self.contentType = nil
        case .generate, .count:
            self.look = try RequestLook(path.dialect, body: body, model: path.model)
            self.contentType = nil
        }
    }

    var dialect: ChatDialect { self.path.dialect }
    /// The model as the client calls it.
    var model: String { self.look.model }
    var isStream: Bool { self.path.isStream ?? self.look.isStream }
    /// Whether an OpenAI client asked for the usage chunk.
    var includesUsage: Bool { self.look.includesUsage }
    /// The most tokens that all answers together may have; nil without a bound.
    var boundedAnswerTokens: Int? { self.look.boundedAnswerTokens }
    var bodyBytes: Int { self.look.body.count }

    /// The request for one upstream; throws what a client is told when it cannot be said there.
    mutating func request(for candidate: Candidate, from head: RequestHead) throws(RelayError) -> UpstreamCall {
        let upstream = candidate.upstream.chatDialect
        if case .passed(let endpoint) = self.path.operation {
            return try self.passed(endpoint, to: candidate)
        }
        // OpenAI has no endpoint that counts.
        if self.path.operation == .count, upstream == .openai { throw .countsNothing() }
        guard upstream == self.dialect else { return try self.translated(for: candidate) }
        var call = UpstreamCall(
            path: UpstreamCall.path(
                in: upstream,
                model: candidate.model,
                isStream: self.isStream,
                isCount: self.path.operation == .count
            ),
            accept: self.isStream && upstream != .gemini ? "text/event-stream" : "application/json",
            body: self.look.upstreamBody(model: candidate.model, addUsage: true),
            dialect: upstream,
            treatment: .passed
        )
        call.fields = UpstreamRequestFields.dialectFields(upstream, from: head)
        return call
    }

    /// The tokens of the request, where no upstream counts them.
    mutating func estimatedTokens() throws(RelayError) -> Int {
        TokenEstimate.tokens(of: try self.readHub())
    }

    private func passed(_ endpoint: PassedEndpoint, to candidate: Candidate) throws(RelayError) -> UpstreamCall {
        guard candidate.upstream.chatDialect == .openai else {
            throw .endpointNotServed("/v1\(endpoint.rawValue)", model: self.model)
        }
        var call = UpstreamCall(
            path: endpoint.rawValue,
            accept: self.isStream ? "text/event-stream" : endpoint.answersAnything ? "*/*" : "application/json",
            body: self.look.upstreamBody(model: candidate.model, addUsage: endpoint.hasStreamOptions),
            dialect: .openai,
            treatment: .passed
        )
        if let type = self.contentType { call.contentType = type }
        return call
    }

    // MARK: Translation

    private mutating func translated(for candidate: Candidate) throws(RelayError) -> UpstreamCall {
        UpstreamCall(
            translated: try self.write(for: candidate),
            for: candidate,
            isStream: self.isStream,
            isCount: self.path.operation == .count
        )
    }

    private mutating func write(for candidate: Candidate) throws(RelayError) -> TranslatedRequest {
        let name = candidate.upstream.name
        if let written = self.written, written.upstream == name, written.model == candidate.model {
            return written.request
        }
        let hub = try self.readHub()
        let request: TranslatedRequest
        do throws(ConversionRefusal) {
            request = try candidate.upstream.chatDialect.write(
                hub,
                model: candidate.model,
                isCount: self.path.operation == .count,
                options: candidate.upstream.conversionOptions
            )
        } catch {
            var refusal = error
            refusal.param = error.param.map { MemberNames.name($0, in: self.dialect) }
            throw ErrorRendering.error(for: refusal)
        }
        var told = request
        told.dropped = request.dropped.map { MemberNames.name($0, in: self.dialect) }
        self.written = (name, candidate.model, told)
        return told
    }

    private mutating func readHub() throws(RelayError) -> GenerationRequest {
        if let hub = self.hub { return hub }
        do throws(ConversionRefusal) {
            let hub = try self.look.generationRequest(isCount: self.path.operation == .count, isStream: self.isStream)
            self.hub = hub
            return hub
        } catch {
            throw ErrorRendering.error(for: error)
        }
    }
}

extension Upstream {
    /// How it speaks chat: the simulator does so like OpenAI.
    var chatDialect: ChatDialect {
        switch self.dialect {
        case .openai, .simulator: .openai
        case .claude: .claude
        case .gemini: .gemini
        }
    }

    /// How requests are written in its dialect.
    var conversionOptions: ConversionOptions {
        var options = ConversionOptions()
        options.isStrict = self.conversion == .strict
        return options
    }
}
