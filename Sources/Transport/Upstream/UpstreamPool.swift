// Idle upstream connections of one loop, by the place they lead to, newest used first.

import EventLoop
package import HTTPFraming

/// A request that is ready to be written.
package struct UpstreamRequest: Sendable {
    package var method: HTTPMethod
    /// The serialized head.
    package var head: [UInt8]
    package var body: [UInt8]
    /// Whether the first-byte timeout lasts until the first byte of the answer's body rather than its head: for streams.
    package var awaitsBody = false

    package init(method: HTTPMethod, target: String, fields: HeaderFields, body: [UInt8]) {
        self.method = method
        self.head = HeadSerializer.request(method: method.text, target: target, fields: fields)
        self.body = body
    }
}

/// An exchange with an upstream that is under way.
///
/// Loop-bound.
package final class UpstreamExchange {
    fileprivate var dial: UpstreamDial?
    fileprivate var connection: UpstreamConnection?
    fileprivate var isCancelled = false
    private weak var handler: (any UpstreamResponseHandler)?
    /// Whether there was a connection to send the request over.
    package fileprivate(set) var isSent = false

    fileprivate init(handler: any UpstreamResponseHandler) {
        self.handler = handler
    }

    /// The connection, as long as it serves this exchange and not the next one.
    private var current: UpstreamConnection? {
        guard let handler = self.handler, let connection = self.connection else { return nil }
        return connection.isServing(handler) ? connection : nil
    }

    /// Gives up; the handler hears nothing more.
    package func cancel() {
        self.isCancelled = true
        self.dial?.cancel()
        self.current?.cancel()
        self.dial = nil
        self.connection = nil
    }

    package func pauseReading() { self.current?.pauseReading() }
    package func resumeReading() { self.current?.resumeReading() }
}

/// Keeps connections to upstreams for reuse.
///
/// Loop-bound.
package final class UpstreamPool {
    private let context: TransportContext
    private var idle: [UpstreamPlace: [UpstreamConnection]] = [:]
    /// Where connections may be kept to; nil for anywhere.
    private var kept: Set<UpstreamPlace>?
    private var isDraining = false

    package init(context: TransportContext) {
        self.context = context
    }

    /// Connections at rest, over all upstreams.
    package var idleCount: Int { self.idle.values.reduce(0) { $0 + $1.count } }

    /// Sends a request over an idle connection, or a new one.
    package func send(
        _ request: UpstreamRequest,
        to endpoint: UpstreamEndpoint,
        handler: any UpstreamResponseHandler
    ) -> UpstreamExchange {
        let exchange = UpstreamExchange(handler: handler)
        if let connection = self.idle[endpoint.place]?.popLast() {
            exchange.connection = connection
            exchange.isSent = true
            connection.send(request, to: endpoint, handler: handler)
            return exchange
        }
        let dial = UpstreamDial(endpoint, context: self.context)
        exchange.dial = dial
        dial.start { result in
            exchange.dial = nil
            guard !exchange.isCancelled else { return }
            switch result {
            case .success(let channel):
                let connection = UpstreamConnection(endpoint: endpoint, channel: channel, pool: self)
                exchange.connection = connection
                exchange.isSent = true
                connection.send(request, to: endpoint, handler: handler)
            case .failure(let failure):
                handler.upstreamFailed(failure)
            }
        }
        return exchange
    }

    /// Closes what is idle, and from now on what becomes so: nobody will ask again.
    package func drain() {
        self.isDraining = true
        self.closeIdle()
    }

    /// Closes what is idle and leads elsewhere, and from now on what becomes so.
    package func keep(_ places: [UpstreamPlace]) {
        let kept = Set(places)
        self.kept = kept
        for place in Array(self.idle.keys) where !kept.contains(place) {
            for connection in self.idle.removeValue(forKey: place) ?? [] { connection.leave() }
        }
    }

    /// Closes what is idle.
    package func closeIdle() {
        for connection in self.idle.values.joined() {
            connection.leave()
        }
        self.idle = [:]
    }

    func giveBack(_ connection: UpstreamConnection, to place: UpstreamPlace) {
        guard !self.isDraining, self.kept?.contains(place) ?? true,
            (self.idle[place]?.count ?? 0) < self.context.limits.poolIdleConnections
        else {
            connection.leave()
            return
        }
        self.idle[place, default: []].append(connection)
        connection.becomeIdle()
    }

    func forget(_ connection: UpstreamConnection, of place: UpstreamPlace) {
        self.idle[place]?.removeAll { $0 === connection }
    }
}
