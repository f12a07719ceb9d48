// `{"data":…,"error":null,"metadata":{"request_id","timestamp"}}`: the one shape of every JSON answer under /api.

import Foundation
import SessionCore

/// Renders answers.
enum Envelope {
    /// An answer that succeeded; `next` is there for pages only, nil within it at the last one.
    static func bytes(_ data: JSON, next: String?? = .none, requestID: RequestID, now: Date) -> [UInt8] {
        var metadata = self.metadata(requestID, now)
        if let next { metadata.append(JSONEntry("next_cursor", .orNull(next))) }
        return self.bytes(data: data, error: .null, metadata)
    }

    static func bytes(_ error: RelayError, requestID: RequestID, now: Date) -> [UInt8] {
        self.bytes(
            data: .null,
            error: [
                "message": .string(error.message), "type": .string(error.type), "param": .orNull(error.param),
                "code": .string(error.code),
            ],
            self.metadata(requestID, now)
        )
    }

    private static func metadata(_ requestID: RequestID, _ now: Date) -> [JSONEntry] {
        [JSONEntry("request_id", .string("\(requestID)")), JSONEntry("timestamp", .string(Moment.text(now)))]
    }

    private static func bytes(data: JSON, error: JSON, _ metadata: [JSONEntry]) -> [UInt8] {
        JSON.object([JSONEntry("data", data), JSONEntry("error", error), JSONEntry("metadata", .object(metadata))])
            .bytes
    }
}
