// RFC 6455 §4.1, client role: dial, send the upgrade, check the answer, hand over a leg. What the upstream says instead
// of 101 is read, bounded, so that its refusal can be passed on.

import EventLoop
package import HTTPFraming
import OpenSSLTLS
package import WebSocketFraming

/// What opens a WebSocket at an upstream.
package struct WebSocketDialRequest: Sendable {
    package var endpoint: UpstreamEndpoint
    /// Path and query.
    package var target: String
    /// Fields beside those of the handshake itself: credential, user agent.
    package var fields: HeaderFields
    package var subprotocols: [String]
    package var limits: WebSocketLimits
    /// Offered to the upstream; nil offers no compression.
    package var deflate: DeflateSettings?
    /// From the upgrade request to the end of the answer's head.
    package var handshakeTimeout: Duration

    package init(
        endpoint: UpstreamEndpoint,
        target: String,
        fields: HeaderFields,
        subprotocols: [String] = [],
        limits: WebSocketLimits,
        deflate: DeflateSettings? = nil,
        handshakeTimeout: Duration
    ) {
        self.endpoint = endpoint
        self.target = target
        self.fields = fields
        self.subprotocols = subprotocols
        self.limits = limits
        self.deflate = deflate
        self.handshakeTimeout = handshakeTimeout
    }
}

/// One attempt to open a WebSocket at an upstream.
///
/// Loop-bound.
package final class WebSocketDial {
    package typealias Completion = (Result<WebSocketLeg, UpstreamFailure>) -> Void

    private enum Phase {
        case dialing
        case head
        /// Reading the body of a refusal.
        case refusal(ResponseHead, BodyDecoder, [UInt8])
        case done
    }

    private let request: WebSocketDialRequest
    private let context: TransportContext
    private let handshake: ClientHandshake
    private var parser: ResponseParser
    private var phase = Phase.dialing
    private var dial: UpstreamDial?
    private var channel: Channel?
    private var timer: TimerID?
    private var completion: Completion?
    /// The subprotocol that the upstream selected.
    package private(set) var subprotocol: String?

    package init(_ request: WebSocketDialRequest, context: TransportContext) {
        self.request = request
        self.context = context
        self.handshake = ClientHandshake(
            nonce: context.handshakeNonce(),
            subprotocols: request.subprotocols,
            extensions: request.deflate.map(DeflateNegotiation.offer)
        )
        var limits = HTTPLimits.response
        limits.headBytes = context.limits.http.headBytes
        self.parser = ResponseParser(limits: limits, requestMethod: .get)
    }

    /// Starts; `then` is called once on the loop unless `cancel` comes first.
    ///
    /// The leg comes unstarted.
    package func start(then completion: @escaping Completion) {
        self.completion = completion
        let dial = UpstreamDial(self.request.endpoint, context: self.context)
        self.dial = dial
        dial.start { result in
            self.dial = nil
            switch result {
            case .success(let channel): self.upgrade(over: channel)
            case .failure(let failure): self.end(.failure(failure))
            }
        }
    }

    package func cancel() {
        self.completion = nil
        self.dial?.cancel()
        self.dial = nil
        self.finish(closing: true)
    }

    private func upgrade(over channel: Channel) {
        guard channel.carriedBytes == 0 else {
            channel.close()
            self.end(.failure(.violation(.malformedStatusLine)))
            return
        }
        self.channel = channel
        self.phase = .head
        channel.owner = self
        var fields = HeaderFields([("host", self.request.endpoint.authority)])
        fields.append(contentsOf: self.handshake.requestFields)
        fields.append(contentsOf: self.request.fields)
        channel.write(HeadSerializer.request(method: "GET", target: self.request.target, fields: fields))
        self.timer = self.context.loop.schedule(at: self.context.loop.now + self.request.handshakeTimeout, self)
        channel.resumeReading()
    }

    private func end(_ result: Result<WebSocketLeg, UpstreamFailure>) {
        guard let completion = self.completion else { return }
        self.completion = nil
        if case .failure = result {
            self.finish(closing: true)
        } else {
            self.finish(closing: false)
        }
        completion(result)
    }

    private func finish(closing: Bool) {
        self.phase = .done
        if let timer = self.timer {
            self.context.loop.cancel(timer)
            self.timer = nil
        }
        if closing {
            self.channel?.close()
        }
        self.channel = nil
    }
}

extension WebSocketDial: TimerHandler {
    package func timerFired(tag: Int) {
        self.timer = nil
        if case .refusal(let head, _, let body) = self.phase {
            self.end(.failure(.refused(status: head.status, fields: head.fields, body: body)))
        } else {
            self.end(.failure(.timeout(.head)))
        }
    }
}

extension WebSocketDial: ChannelOwner {
    package func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int {
        var cursor = start
        while cursor < end {
            switch self.phase {
            case .head:
                guard self.takeHead(bytes.span, from: &cursor, to: end) else { return cursor }
            case .refusal(let head, let decoder, let body):
                guard self.takeRefusal(bytes.span, &cursor, end, head, decoder, body) else { return cursor }
            case .dialing, .done:
                return cursor
            }
        }
        return cursor
    }

    private func takeHead(_ bytes: Span<UInt8>, from cursor: inout Int, to end: Int) -> Bool {
        do {
            guard let (head, consumed) = try self.parser.parse(bytes.extracting(cursor..<end)) else { return false }
            cursor += consumed
            if head.isInterim { return true }
            self.judge(head)
        } catch {
            self.end(.failure(.violation(error)))
        }
        if case .refusal = self.phase { return true }
        return false
    }

    private func judge(_ head: ResponseHead) {
        guard head.status == 101 else {
            if head.body == .none || head.body == .length(0) {
                self.end(.failure(.refused(status: head.status, fields: head.fields, body: [])))
            } else {
                self.phase = .refusal(head, BodyDecoder(head.body, limits: .response), [])
            }
            return
        }
        // RFC 6455 §4.1: the answer is at least HTTP/1.1.
        guard head.minorVersion >= 1 else {
            self.end(.failure(.violation(.unsupportedVersion)))
            return
        }
        switch self.handshake.verify(status: head.status, fields: head.fields) {
        case .failure(let failure):
            self.end(.failure(.badHandshake(failure)))
        case .success(let accepted):
            self.subprotocol = accepted.subprotocol
            self.agree(on: accepted.extensions)
        }
    }

    /// RFC 7692 §5.1: an answer that does not fit our offer fails the connection.
    private func agree(on extensions: String?) {
        guard let channel = self.channel else { return }
        var parameters: DeflateParameters?
        if let settings = self.request.deflate {
            switch DeflateNegotiation.verify(extensions, settings: settings) {
            case .failure(let failure):
                self.end(.failure(.badHandshake(failure)))
                return
            case .success(let agreed):
                parameters = agreed
            }
        }
        channel.pauseReading()
        let leg = WebSocketLeg(channel: channel, role: .client, limits: self.request.limits, deflate: parameters)
        self.end(.success(leg))
    }

    private func takeRefusal(
        _ bytes: Span<UInt8>,
        _ cursor: inout Int,
        _ end: Int,
        _ head: ResponseHead,
        _ decoder: BodyDecoder,
        _ body: [UInt8]
    ) -> Bool {
        var decoder = decoder
        var body = body
        self.phase = .head  // Lets go of the copies, so that the next lines change them in place.
        let event = (try? decoder.next(bytes, from: &cursor, to: end)) ?? .end
        switch event {
        case .needsMore:
            self.phase = .refusal(head, decoder, body)
            return false
        case .data(let range):
            let room = self.context.limits.refusalBodyBytes - body.count
            unsafe bytes.extracting(range).extracting(first: min(room, range.count)).withUnsafeBytes {
                unsafe body.append(contentsOf: $0)
            }
            if body.count < self.context.limits.refusalBodyBytes, !decoder.isComplete {
                self.phase = .refusal(head, decoder, body)
                return true
            }
        case .end:
            break
        }
        self.end(.failure(.refused(status: head.status, fields: head.fields, body: body)))
        return false
    }

    package func channel(_ channel: Channel, ended end: ChannelEnd) {
        if case .refusal(let head, _, let body) = self.phase {
            self.end(.failure(.refused(status: head.status, fields: head.fields, body: body)))
        } else {
            self.end(.failure(.ended(end, nothingSent: false)))
        }
    }
}
