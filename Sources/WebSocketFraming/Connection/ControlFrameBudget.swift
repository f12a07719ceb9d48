// Bounds what pings and pongs can cost (RFC 6455 §5.5.2, §5.5.3, §10.4): every ping asks for an answer, and neither
// counts against any message limit.
//
// The cure is to read less, never to drop or to fail: while the budget is used up the owner does not read, and the
// peer's own socket fills. Time is the owner's: it says when a window ends and when everything written has been taken.

/// Counts control frames and the answers they are owed.
package struct ControlFrameBudget: Equatable, Sendable {
    private var pendingPongs: UInt32 = 0
    private var framesInWindow: UInt32 = 0

    package init() {}

    /// A ping or a pong was read.
    package mutating func receivedControlFrame() {
        // Saturating: a count that wrapped would open the gate again.
        if self.framesInWindow < .max { self.framesInWindow &+= 1 }
    }

    /// A pong was written, be it into the kernel or into a spill.
    package mutating func wrotePong() {
        if self.pendingPongs < .max { self.pendingPongs &+= 1 }
    }

    /// Everything written so far was taken by the kernel.
    package mutating func outboundDrained() {
        self.pendingPongs = 0
    }

    /// A new window of the owner's clock begins.
    package mutating func beginWindow() {
        self.framesInWindow = 0
    }

    /// Reading should pause.
    package func isExhausted(_ limits: WebSocketLimits) -> Bool {
        Int(self.pendingPongs) >= limits.pendingPongs || Int(self.framesInWindow) >= limits.controlFramesPerWindow
    }
}
