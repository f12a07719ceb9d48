// The upstream log: one JSON object per line of everything that arrived at, and was sent by, the simulated upstream.
//
// Tests from outside read it to prove that no client credential travels upstream and that messages arrive byte for
// byte. It therefore holds secrets by design and is written only when a file is named for it.

import Dialects
import Foundation

/// One line of the upstream log.
package enum UpstreamLogRecord: Equatable, Sendable {
    package enum Direction: String, Sendable {
        /// From the client of the simulator, that is from the relay.
        case received
        case sent
    }

    package enum Opcode: String, Sendable {
        case text
        case binary
    }

    /// A request's head, as it came; of an HTTP exchange as well as of an upgrade.
    case request(connection: UInt64, method: String, target: String, headers: [SimulatedHeader])
    /// A request's whole body.
    case body(connection: UInt64, bytes: [UInt8], sha256: [UInt8])
    /// The status a request was answered with.
    case answer(connection: UInt64, status: Int)
    /// One WebSocket message, whole.
    case message(connection: UInt64, Direction, Opcode, bytes: [UInt8], sha256: [UInt8])
    /// The end of a WebSocket connection; without a code there was no close frame.
    case closed(connection: UInt64, code: UInt16?, reason: String)

    /// Longer payloads are told by length and digest only.
    package static let verbatimBytes = 64 * 1_024

    /// The line, with its line feed.
    ///
    /// `unixTime` is in milliseconds.
    package func line(unixTime: Int64) -> [UInt8] {
        var json: JSONValue = ["time": .integer(Int(unixTime)), "connection": .null, "record": .null]
        for member in self.fields.members {
            json[member.key] = member.value
        }
        return json.rendered + [0x0A]
    }

    private var fields: JSONValue {
        switch self {
        case .request(let connection, let method, let target, let headers):
            return [
                "connection": Self.number(connection), "record": "request", "method": .string(method),
                "target": .string(target),
                "headers": .array(headers.map { [.string($0.name), .string($0.value)] }),
            ]
        case .body(let connection, let bytes, let sha256):
            let head: JSONValue = ["connection": Self.number(connection), "record": "body"]
            return head.overlaid(with: Self.payload(bytes, sha256: sha256, isText: true))
        case .answer(let connection, let status):
            return ["connection": Self.number(connection), "record": "answer", "status": .integer(status)]
        case .message(let connection, let direction, let opcode, let bytes, let sha256):
            let head: JSONValue = [
                "connection": Self.number(connection), "record": "message", "direction": .string(direction.rawValue),
                "opcode": .string(opcode.rawValue),
            ]
            return head.overlaid(with: Self.payload(bytes, sha256: sha256, isText: opcode == .text))
        case .closed(let connection, let code, let reason):
            return [
                "connection": Self.number(connection), "record": "closed",
                "code": code.map { .integer(Int($0)) } ?? .null, "reason": .string(reason),
            ]
        }
    }

    private static func number(_ connection: UInt64) -> JSONValue {
        .integer(Int(clamping: connection))
    }

    /// Length, digest in base64, and the payload itself when it is short: as text if it is UTF-8, else in base64.
    private static func payload(_ bytes: [UInt8], sha256: [UInt8], isText: Bool) -> JSONValue {
        var json: JSONValue = [
            "length": .integer(bytes.count), "sha256": .string(Data(sha256).base64EncodedString()),
        ]
        guard bytes.count <= self.verbatimBytes else { return json }
        if isText, let text = String(validating: bytes, as: UTF8.self) {
            json["text"] = .string(text)
        } else {
            json["base64"] = .string(Data(bytes).base64EncodedString())
        }
        return json
    }
}
