// The relay between a Gemini Live client and a Gemini Live upstream: bytes pass as they are, turns are admitted and metered as
// those of any session. What cannot be admitted ends the session, since this protocol has no other word for it, and none
// that would end a response.

import Dialects
import RealtimeTranslation
import SessionCore
import WebSocketFraming

extension RealtimeRelay {
    func fromLiveClient(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>, _ live: LiveTap) {
        if let ask = live.ask(chunk, in: bytes.span), let error = self.judge(ask) {
            // What is upstream of the message is never completed, and so never acted upon.
            self.upstream.flush(in: &bytes)
            self.end(error, cause: error.code)
            return
        }
        self.upstream.forward(chunk, floor: floor, in: &bytes)
    }

    /// Why a message may not go on; nil when it may.
    private func judge(_ ask: GeminiLiveAsk) -> RelayError? {
        if ask.audioBytes > 0 { self.hearAudio(base64Bytes: ask.audioBytes) }
        if ask.textBytes > 0 { self.hearText(bytes: ask.textBytes) }
        if ask.isSetup {
            return .invalidRequest(code: "invalid_event", message: "There is one setup, the first message.", param: nil)
        }
        guard ask.asksForTurn, case .refuse(let error) = self.ask(nil) else { return nil }
        return error
    }

    func fromLiveUpstream(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>, _ live: LiveTap) {
        // Written down before the client can know that its turn has ended.
        if let look = live.look(chunk, in: bytes.span) { self.meter(look, live) }
        guard !self.hasEnded else { return }
        if !self.isHolding { self.client.forward(chunk, floor: floor, in: &bytes) }
        guard let desk = self.desk, chunk.isLast, desk.isDue else { return }
        self.client.flush(in: &bytes)
        desk.isDue = false
        self.run(desk.book.afterwards)
    }

    private func meter(_ look: GeminiLiveLook, _ live: LiveTap) {
        if look.isOutput, live.isOpen, live.wasInterrupted { self.finish(live) }
        live.usage = look.usage ?? live.usage
        if look.isOutput {
            if !live.isOpen { self.beginTurn(live) }
            self.take(look)
        }
        if look.isInterrupted, live.isOpen { live.wasInterrupted = true }
        if look.hasCalls, live.usage != nil { self.finish(live) }
        guard look.isTurnComplete else { return }
        // A turn of nothing but thoughts costs, too.
        if !live.isOpen, live.usage != nil { self.beginTurn(live) }
        self.finish(live)
    }

    private func beginTurn(_ live: LiveTap) {
        live.isOpen = true
        if case .cancel(_, let error) = self.begin(nil), let error { self.end(error, cause: error.code) }
    }

    private func take(_ look: GeminiLiveLook) {
        for (kind, count) in [(DeltaClass.audio, look.audioBytes), (.text, look.textBytes)] where count > 0 {
            guard let desk = self.desk,
                case .cancel(_, let error) = desk.book.delta(kind, bytes: count, id: nil, now: self.now)
            else { continue }
            self.end(error, cause: error.code)
        }
    }

    private func finish(_ live: LiveTap) {
        guard live.isOpen else { return }
        let status = live.wasInterrupted ? "cancelled" : "completed"
        let tokens = live.usage.map(TokenCounts.init)
        (live.isOpen, live.wasInterrupted, live.usage) = (false, false, nil)
        self.done(ToldTurn(id: nil, status: status, tokens: tokens, isExact: true))
    }
}
