// The connection's part of a session (protocol: realtime §14.4, §15.1, §15.2): the setup and what waits for it, the upstream's
// going and the next connection, its closes, and all that is a matter of time.

import Dialects

extension GeminiLiveSession {
    /// The earliest moment at which something is due; nil when nothing is.
    package var nextDeadline: Int64? {
        var deadlines: [Int64] = []
        switch link.phase {
        case .waiting(let until), .settingUp(let until): deadlines.append(until)
        case .ready:
            if let leaveBy = link.leaveBy, link.handle != nil, response == nil { deadlines.append(leaveBy) }
        case .dialling: break
        case .ended: return nil
        }
        if let ending = response?.ending { deadlines.append(ending.by) }
        return deadlines.min()
    }

    mutating func lookAtTheClock() {
        if let ending = response?.ending, ending.by <= now {
            owesTurnEnd = true
            finish(ending.how)
        }
        switch link.phase {
        case .waiting(let until) where until <= now: setUp()
        case .settingUp(let until) where until <= now:
            end(type: "server_error", code: "gateway_timeout", "The model's provider took too long to begin.", 1014)
        case .ready: considerLeaving()
        case .dialling, .waiting, .settingUp, .ended: break
        }
    }

    // MARK: Setup

    mutating func opened() {
        guard link.phase == .dialling else { return }
        link.phase = .waiting(until: now + limits.setupDelay)
        if hasHeard || link.wasSetUp { setUp() }
    }

    /// Tells the upstream the settings, unless that was done.
    mutating func setUp() {
        guard case .waiting = link.phase else { return }
        link.phase = .settingUp(until: now + limits.setupTimeout)
        link.wasSetUp = true
        act(.send(LiveSetup.message(settings, model: description.upstreamModel, handle: link.handle)))
    }

    /// The upstream took the setup: what waited goes on its way.
    mutating func becameReady() {
        guard case .settingUp = link.phase else { return }
        link.phase = .ready
        link.readyAt = now
        for _ in 0..<pendingUpdates { say("session.updated", ["session": settings.value]) }
        pendingUpdates = 0
        speech.isUnsent = false
        for message in link.takeQueue() { send(message) }
    }

    // MARK: The next connection

    mutating func goingAway(in milliseconds: Int) {
        // At most a day, as the reader has it; where no time was told there is some, or the connection breaks.
        let told = Int64(milliseconds) &* 1_000_000
        let left = told > 0 ? told : limits.reconnectMargin
        link.leaveBy = now + left - min(limits.reconnectMargin, left / 4)
    }

    /// Changes the connection if the upstream has said that it goes, and this is the time.
    mutating func considerLeaving() {
        guard let leaveBy = link.leaveBy, link.isReady, link.handle != nil else { return }
        let isBetweenTurns =
            response == nil && !awaitsAnswer && !isMuted && !speech.isActivityOpen && calls.count == 0
        // An answer under way is heard to its end, or to the upstream's: leaving before would lose it for certain.
        guard isBetweenTurns || response == nil && leaveBy <= now else { return }
        leave(code: "upstream_going_away")
        link.followsLoss = false
    }

    /// Leaves this connection for the next one; a response under way has failed for the reason of `code`.
    private mutating func leave(code: String) {
        endResponse(code: code)
        link.leave()
        (isMuted, owesTurnEnd, awaitsAnswer) = (false, false, false)
        act(.reconnect)
    }

    /// A response that cannot go on has failed.
    private mutating func endResponse(code: String) {
        guard let response else { return }
        let failure = LiveResponse.Ending.failed(
            code: code,
            message: "The connection to the model's provider was lost."
        )
        finish(response.ending?.how ?? failure)
    }

    // MARK: Closes

    mutating func closed(_ code: UInt16?, _ reason: String) {
        let isFirst = link.phase != .ready && link.handle == nil
        // An upstream that has said that it goes may go with any code.
        let wasGoing = link.isReady && link.leaveBy != nil && link.handle != nil
        switch wasGoing ? nil : code {
        case 1007?, 1008?, 1011?:
            guard link.isReady || isFirst else { return expire() }
            refused(code ?? 1011, reason)
        case nil, 1000?, 1001?, 1005?, 1006?, 1012?, 1013?:
            guard !isFirst else {
                let message = "The model's provider could not be reached."
                return end(type: "server_error", code: "bad_gateway", message, 1014)
            }
            let isWorthwhile = !link.followsLoss || now - link.readyAt >= limits.connectionLife
            guard link.isReady, link.handle != nil, isWorthwhile else { return expire() }
            leave(code: "upstream_lost")
            link.followsLoss = true
        case .some:
            refused(1011, reason)
        }
    }

    /// The session cannot be taken up again.
    private mutating func expire() {
        endResponse(code: "session_expired")
        let message = "The session with the model's provider has ended and cannot be resumed."
        end(type: "invalid_request_error", code: "session_expired", message, 1001)
    }

    /// The upstream says what it holds against the session.
    private mutating func refused(_ code: UInt16, _ reason: String) {
        let text = SessionRefusal.shortened(reason)
        let message = text.isEmpty ? "The model's provider ended the session." : text
        let low = reason.lowercased()
        let isAboutKey = ["api key", "api_key", "apikey", "credential", "unauthenticated"].contains { low.contains($0) }
        if isAboutKey {
            end(type: "invalid_request_error", code: "invalid_api_key", message, 3000)
        } else if code == 1011 {
            end(type: "server_error", code: "server_error", message, 1011)
        } else {
            end(type: "invalid_request_error", code: "invalid_value", message, 1011)
        }
    }
}
