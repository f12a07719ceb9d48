// From a name to a connected, secured channel: resolve, connect, TLS, each with its own deadline.
//
// Steps: resolving → connecting → securing → done. `cancel()` ends it anywhere.

import EventLoop
import OpenSSLTLS

/// One attempt to reach an upstream.
///
/// Loop-bound; keeps itself alive until it is done.
package final class UpstreamDial {
    package typealias Completion = (Result<Channel, UpstreamFailure>) -> Void

    private static let tooManyLookUps = UpstreamFailure.exhausted("too many look-ups are under way")

    private let endpoint: UpstreamEndpoint
    private let context: TransportContext
    private var completion: Completion?
    private var connector: Connector?
    private var channel: Channel?
    private var timer: TimerID?
    private var stage = UpstreamStage.resolve
    /// What went wrong within `start`, told by the timer: nobody is called back in there.
    private var failure: UpstreamFailure?

    package init(_ endpoint: UpstreamEndpoint, context: TransportContext) {
        self.endpoint = endpoint
        self.context = context
    }

    /// Starts; `then` is called once on the loop, never from within this call, unless `cancel` comes first.
    ///
    /// The channel comes without owner, paused.
    package func start(then completion: @escaping Completion) {
        self.completion = completion
        self.enter(.resolve)
        if let address = self.endpoint.address {
            self.connect(to: [address])
            return
        }
        let (resolver, handle) = (self.context.resolver, self.context.loop.handle)
        let (host, port) = (self.endpoint.host, self.endpoint.port)
        let started = self.context.loop.perform {
            await withCheckedContinuation { continuation in
                resolver.resolve(host: host, port: port, on: handle) { _, result in
                    continuation.resume(returning: result)
                }
            }
        } then: { result in
            guard self.completion != nil else { return }
            switch result {
            case .success(let addresses): self.connect(to: addresses)
            case .failure(.overloaded): self.end(.failure(Self.tooManyLookUps))
            case .failure(let failure): self.end(.failure(.unresolved("\(failure)")))
            }
        }
        if !started {
            self.failure = Self.tooManyLookUps
            self.setTimer(at: self.context.loop.now)
        }
    }

    package func cancel() {
        self.completion = nil
        self.release()
        self.channel?.close()
        self.channel = nil
    }

    private func connect(to addresses: [SocketAddress]) {
        self.enter(.connect)
        let connector = Connector(on: self.context.loop)
        self.connector = connector
        let deadline = self.context.loop.now + self.endpoint.connectTimeout
        connector.connect(to: addresses, deadline: deadline) { result in
            guard self.completion != nil else { return }
            self.connector = nil
            switch result {
            case .success(let descriptor): self.connected(descriptor)
            case .failure(.timedOut): self.end(.failure(.timeout(.connect)))
            case .failure(.failed(_, let error)) where error.meansExhausted: self.end(.failure(Self.failure(error)))
            case .failure(let failure): self.end(.failure(.unreachable("\(failure)")))
            }
        }
    }

    private func connected(_ descriptor: CInt) {
        do {
            let session = try self.endpoint.tls.map { tls in
                try TLSSession(
                    client: tls,
                    serverName: self.endpoint.host,
                    port: self.endpoint.port,
                    output: self.context.tlsOutput
                )
            }
            let channel = try Channel(descriptor: descriptor, tls: session, context: self.context)
            self.channel = channel
            guard session != nil else {
                self.end(.success(channel))
                return
            }
            self.enter(.tls)
            channel.owner = self
            try channel.startTLS()
            channel.resumeReading()
        } catch {
            if self.channel == nil {
                self.context.loop.calls.close(descriptor)
            }
            self.end(.failure(Self.failure(error)))
        }
    }

    private static func failure(_ error: any Error) -> UpstreamFailure {
        switch error {
        case let error as TLSError: .tls(error)
        case let error as SystemError where error.meansExhausted: .exhausted("\(error)")
        default: .unreachable("\(error)")
        }
    }

    private func enter(_ stage: UpstreamStage) {
        self.stage = stage
        self.setTimer(at: self.context.loop.now + self.endpoint.connectTimeout)
    }

    private func setTimer(at deadline: MonotonicTime) {
        if let timer = self.timer {
            self.context.loop.cancel(timer)
        }
        self.timer = self.context.loop.schedule(at: deadline, self)
    }

    private func end(_ result: Result<Channel, UpstreamFailure>) {
        guard let completion = self.completion else { return }
        self.completion = nil
        self.release()
        if case .failure = result {
            self.channel?.close()
        }
        self.channel = nil
        completion(result)
    }

    private func release() {
        if let timer = self.timer {
            self.context.loop.cancel(timer)
            self.timer = nil
        }
        self.connector?.cancel()
        self.connector = nil
    }
}

extension UpstreamDial: TimerHandler {
    package func timerFired(tag: Int) {
        self.timer = nil
        self.end(.failure(self.failure ?? .timeout(self.stage)))
    }
}

extension UpstreamDial: ChannelOwner {
    package func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int {
        // Bytes before anybody asked: they stay for the next owner to judge.
        channel.pauseReading()
        return start
    }

    package func channelSecured(_ channel: Channel) {
        channel.pauseReading()
        channel.owner = nil
        self.end(.success(channel))
    }

    package func channel(_ channel: Channel, ended end: ChannelEnd) {
        switch end {
        case .tls(let error): self.end(.failure(.tls(error)))
        default: self.end(.failure(.ended(end, nothingSent: true)))
        }
    }
}
