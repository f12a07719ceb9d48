// Plays a simulated HTTP answer: pieces at their times, and the end it was given.

import EventLoop
import HTTPFraming
import Transport

/// One answer on its way.
///
/// Loop-bound.
final class SimulatedPlayer {
    private let answer: SimulatedHTTPAnswer
    private let exchange: ServerExchange
    private unowned let service: SimulatorService
    private var next = 0
    private var timer: TimerID?

    init(_ answer: SimulatedHTTPAnswer, exchange: ServerExchange, service: SimulatorService) {
        self.answer = answer
        self.exchange = exchange
        self.service = service
    }

    func start() {
        self.exchange.onClientGone = { self.end() }
        if self.answer.isSilent { return }
        if self.answer.bodyLength != nil, self.answer.end == .clean {
            self.wait(self.answer.pieces.first?.after ?? .zero)
        } else {
            self.exchange.begin(status: self.answer.status, fields: self.fields)
            self.step()
        }
    }

    private var fields: HeaderFields {
        HeaderFields(self.answer.headers.map { ($0.name, $0.value) })
    }

    private func wait(_ delay: Duration) {
        let loop = self.service.context.loop
        self.timer = loop.schedule(at: loop.now + delay, self)
    }

    private func step() {
        guard self.next < self.answer.pieces.count else {
            self.finish()
            return
        }
        self.wait(self.answer.pieces[self.next].after)
    }

    private func finish() {
        switch self.answer.end {
        case .clean:
            self.exchange.finish()
            self.end()
        case .cut:
            self.exchange.abort()
            self.end()
        case .stall:
            break
        }
    }

    private func end() {
        if let timer = self.timer {
            self.service.context.loop.cancel(timer)
            self.timer = nil
        }
        self.exchange.onClientGone = nil
        self.service.ended(self)
    }
}

extension SimulatedPlayer: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        guard self.exchange.hasBegun else {
            let body = self.answer.pieces.flatMap(\.bytes)
            self.exchange.respond(HTTPAnswer(status: self.answer.status, fields: self.fields, body: body))
            self.end()
            return
        }
        let piece = self.answer.pieces[self.next].bytes
        self.exchange.write(piece.span)
        self.next += 1
        self.step()
    }
}
