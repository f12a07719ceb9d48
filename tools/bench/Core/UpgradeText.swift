// The opening handshake as text: RFC 6455 §4.1 and §4.2.2. No more of HTTP than two heads that our own side of the
// relay can count on; what else a relay adds is passed over.

import WebSocketFraming

/// Heads of upgrade requests and their answers.
package enum UpgradeText {
    /// A head longer than this is given up.
    package static let headLimit = 32 * 1024
    /// The key of every request: nothing in between caches upgrades, so it need not be fresh.
    package static let key = "bG9uZ3dpcmUtYmVuY2gtMQ=="

    /// The request of a client; `headers` are whole lines such as `Authorization: Bearer x`.
    package static func request(path: String, host: String, headers: [String]) -> [UInt8] {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(self.key)",
            ] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// The 101 for a request head; nil when that asks for no upgrade.
    package static func answer(to head: String) -> [UInt8]? {
        guard let key = self.field("sec-websocket-key", in: head), AcceptKey.isValid(key) else { return nil }
        let lines = [
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(AcceptKey.accept(for: key))",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Whether an answer's head accepts our request.
    package static func accepts(_ head: String) -> Bool {
        head.hasPrefix("HTTP/1.1 101")
            && self.field("sec-websocket-accept", in: head) == AcceptKey.accept(for: self.key)
    }

    /// How many of the bytes belong to the head, its empty line included; nil while that has not come.
    package static func headLength(in bytes: [UInt8]) -> Int? {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= end.count else { return nil }
        for start in 0...(bytes.count - end.count) where bytes[start...].starts(with: end) {
            return start + end.count
        }
        return nil
    }

    /// The value of a field, whose name is given in lower case.
    private static func field(_ name: String, in head: String) -> String? {
        for line in head.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        }
        return nil
    }
}
