// Every bound of a WebSocket connection, in one value. Time limits are not here: they belong to whoever has a clock.

/// What one connection may cost.
///
/// Connections of one kind have the same limits and share them: each holds one word of it.
package struct WebSocketLimits: Sendable, Equatable {
    /// Bytes of payload in one message, all fragments together and, where compressed, after inflation.
    ///
    /// Beyond it the connection fails with 1009, at the header of the frame that would cross it.
    package var messageBytes: Int {
        get { self.stored.values.messageBytes }
        set { self.change { $0.messageBytes = Self.bounded(newValue) } }
    }

    /// Bytes of a frame, header included, up to which it is handed over only whole.
    ///
    /// Longer frames are handed over as they arrive. Whoever reads needs a buffer of at least this size.
    package var heldFrameBytes: Int {
        get { self.stored.values.heldFrameBytes }
        set { self.change { $0.heldFrameBytes = Self.bounded(newValue) } }
    }

    /// Frames in one message; one more fails the connection with 1009.
    package var fragments: Int {
        get { self.stored.values.fragments }
        set { self.change { $0.fragments = Self.bounded(newValue) } }
    }

    /// Pongs written but not yet taken by the peer, from which on reading should pause.
    package var pendingPongs: Int {
        get { self.stored.values.pendingPongs }
        set { self.change { $0.pendingPongs = Self.bounded(newValue) } }
    }

    /// Pings and pongs read in one window (the owner's timer says how long that is), from which on reading should
    /// pause until the next one.
    package var controlFramesPerWindow: Int {
        get { self.stored.values.controlFramesPerWindow }
        set { self.change { $0.controlFramesPerWindow = Self.bounded(newValue) } }
    }

    private struct Values: Sendable, Equatable {
        var messageBytes = 0
        var heldFrameBytes = 0
        var fragments = 0
        var pendingPongs = 0
        var controlFramesPerWindow = 0
    }

    /// Never changed, so that it can be shared.
    private final class Stored: Sendable {
        let values: Values

        init(_ values: Values) { self.values = values }
    }

    private var stored: Stored

    package init(
        messageBytes: Int = 16 * 1024 * 1024,
        heldFrameBytes: Int = 64 * 1024,
        fragments: Int = 131_072,
        pendingPongs: Int = 16,
        controlFramesPerWindow: Int = 20_000
    ) {
        self.stored = Stored(
            Values(
                messageBytes: Self.bounded(messageBytes),
                heldFrameBytes: Self.bounded(heldFrameBytes),
                fragments: Self.bounded(fragments),
                pendingPongs: Self.bounded(pendingPongs),
                controlFramesPerWindow: Self.bounded(controlFramesPerWindow)
            )
        )
    }

    package static func == (one: WebSocketLimits, other: WebSocketLimits) -> Bool {
        one.stored.values == other.stored.values
    }

    /// Connections count in 32 bits.
    private static func bounded(_ value: Int) -> Int { Int(UInt32(clamping: value)) }

    private mutating func change(_ body: (inout Values) -> Void) {
        var values = self.stored.values
        body(&values)
        self.stored = Stored(values)
    }
}
