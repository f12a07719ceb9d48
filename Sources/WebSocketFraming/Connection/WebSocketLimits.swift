// Every bound of a WebSocket connection, in one value. Time limits are not here: they belong to whoever has a clock.

/// What one connection may cost.
package struct WebSocketLimits: Sendable, Equatable {
    /// Bytes of payload in one message, all fragments together and, where compressed, after inflation.
    ///
    /// Beyond it the connection fails with 1009, at the header of the frame that would cross it.
    package var messageBytes: Int {
        get { Int(self.stored.messageBytes) }
        set { self.stored.messageBytes = UInt32(clamping: newValue) }
    }

    /// Bytes of a frame, header included, up to which it is handed over only whole.
    ///
    /// Longer frames are handed over as they arrive. Whoever reads needs a buffer of at least this size.
    package var heldFrameBytes: Int {
        get { Int(self.stored.heldFrameBytes) }
        set { self.stored.heldFrameBytes = UInt32(clamping: newValue) }
    }

    /// Frames in one message; one more fails the connection with 1009.
    package var fragments: Int {
        get { Int(self.stored.fragments) }
        set { self.stored.fragments = UInt32(clamping: newValue) }
    }

    /// Pongs written but not yet taken by the peer, from which on reading should pause.
    package var pendingPongs: Int {
        get { Int(self.stored.pendingPongs) }
        set { self.stored.pendingPongs = UInt32(clamping: newValue) }
    }

    /// Pings and pongs read in one window (the owner's timer says how long that is), from which on reading should
    /// pause until the next one.
    package var controlFramesPerWindow: Int {
        get { Int(self.stored.controlFramesPerWindow) }
        set { self.stored.controlFramesPerWindow = UInt32(clamping: newValue) }
    }

    /// Each connection has a copy of this, so it is kept small: no bound needs more than 32 bits.
    private struct Stored: Sendable, Equatable {
        var messageBytes: UInt32 = 0
        var heldFrameBytes: UInt32 = 0
        var fragments: UInt32 = 0
        var pendingPongs: UInt32 = 0
        var controlFramesPerWindow: UInt32 = 0
    }

    private var stored = Stored()

    package init(
        messageBytes: Int = 16 * 1024 * 1024,
        heldFrameBytes: Int = 64 * 1024,
        fragments: Int = 131_072,
        pendingPongs: Int = 16,
        controlFramesPerWindow: Int = 20_000
    ) {
        self.messageBytes = messageBytes
        self.heldFrameBytes = heldFrameBytes
        self.fragments = fragments
        self.pendingPongs = pendingPongs
        self.controlFramesPerWindow = controlFramesPerWindow
    }
}
