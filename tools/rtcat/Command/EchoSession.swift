// Everything back as it comes, in place: pieces are framed where they lie and sent at the end of the turn. While the
// server takes nothing, nothing is read, so memory stays bounded whatever the messages' size.

import Transport
import WebSocketFraming

/// One connection that echoes; loop-bound.
final class EchoSession {
    private let dial: WebSocketDial
    private let completion: (Result<LegEnd, UpstreamFailure>) -> Void
    private var leg: WebSocketLeg?
    private(set) var messages = 0
    private(set) var bytes = 0

    /// `completion` is called once, when the connection has failed to open or has ended.
    init(
        _ request: WebSocketDialRequest,
        context: TransportContext,
        completion: @escaping (Result<LegEnd, UpstreamFailure>) -> Void
    ) {
        self.dial = WebSocketDial(request, context: context)
        self.completion = completion
    }

    func start() {
        self.dial.start { result in
            switch result {
            case .failure(let failure):
                self.completion(.failure(failure))
            case .success(let leg):
                self.leg = leg
                leg.handler = self
                leg.start()
            }
        }
    }

    /// Closes in order and hears nothing more.
    func stop() {
        self.dial.cancel()
        self.leg?.close(code: .goingAway, reason: "")
        self.leg = nil
    }
}

extension EchoSession: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        self.messages += chunk.isLast ? 1 : 0
        self.bytes += chunk.payload.count
        leg.forward(chunk, floor: floor, in: &bytes)
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        leg.flush(in: &bytes)
        if leg.isCongested { leg.pauseReading() }
    }

    func legDrained(_ leg: WebSocketLeg) {
        leg.resumeReading()
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        self.leg = nil
        self.completion(.success(end))
    }
}
