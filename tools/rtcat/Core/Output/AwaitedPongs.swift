// Which ping a pong answers. A pong carries the payload of its ping, and one may answer several: only the latest ping
// need be answered (RFC 6455 §5.5.3). The connection pings by itself as well, without a payload; pongs to that are no news.

/// Pings that the user sent and that were not answered yet, oldest first.
package struct AwaitedPongs: Sendable {
    /// Pings remembered; beyond it the oldest is forgotten.
    package static let limit = 64

    private struct Ping {
        let payload: [UInt8]
        let sentAt: Int64
    }

    private var pings: [Ping] = []

    package init() {}

    /// A ping of the user's goes out; `now` in nanoseconds.
    package mutating func sent(_ payload: [UInt8], now: Int64) {
        if self.pings.count == Self.limit { self.pings.removeFirst() }
        self.pings.append(Ping(payload: payload, sentAt: now))
    }

    /// What to tell of a pong; nil when it answers a ping that nobody typed.
    package mutating func received(_ payload: [UInt8], now: Int64) -> String? {
        let text = payload.isEmpty ? "" : " " + VisibleText.safe(String(decoding: payload, as: UTF8.self))
        guard let index = self.pings.firstIndex(where: { $0.payload == payload }) else {
            // RFC 6455 §5.5.3: a pong may come unasked.
            return payload.isEmpty ? nil : "pong\(text), unasked"
        }
        let (waited, _) = now.subtractingReportingOverflow(self.pings[index].sentAt)
        self.pings.removeSubrange(...index)
        return "pong\(text) after \(Self.milliseconds(waited)) ms"
    }

    /// With one decimal.
    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let tenths = max(nanoseconds, 0) / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
