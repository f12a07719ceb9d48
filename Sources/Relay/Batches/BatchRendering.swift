// Files, batches and their lines in OpenAI's shapes.

import Dialects
import Foundation
import SessionCore

/// Renders what the endpoints of files and batches answer.
enum BatchRendering {
    static func object(_ file: StoredFile) -> JSONValue {
        [
            "id": .string(file.id), "object": "file", "bytes": .integer(file.bytes),
            "created_at": self.seconds(file.createdAt), "expires_at": self.seconds(file.expiresAt),
            "filename": .string(file.name), "purpose": .string(file.purpose.rawValue), "status": "processed",
        ]
    }

    static func object(_ batch: Batch) -> JSONValue {
        let moments = batch.moments
        return [
            "id": .string(batch.id), "object": "batch", "endpoint": .string(batch.endpoint),
            "errors": self.faults(batch.faults), "input_file_id": .string(batch.inputFileID),
            "completion_window": .string(BatchRequest.window), "status": .string(batch.status.rawValue),
            "output_file_id": .optional(batch.outputFileID), "error_file_id": .optional(batch.errorFileID),
            "created_at": self.seconds(batch.createdAt), "in_progress_at": self.seconds(moments.inProgress),
            "expires_at": self.seconds(batch.expiresAt), "finalizing_at": self.seconds(moments.finalizing),
            "completed_at": self.seconds(moments.completed), "failed_at": self.seconds(moments.failed),
            "expired_at": self.seconds(moments.expired), "cancelling_at": self.seconds(moments.cancelling),
            "cancelled_at": self.seconds(moments.cancelled),
            "request_counts": [
                "total": .integer(batch.counts.total), "completed": .integer(batch.counts.completed),
                "failed": .integer(batch.counts.failed),
            ],
            "metadata": batch.metadata.isEmpty
                ? .null
                : .object(batch.metadata.sorted { $0.key < $1.key }.map { JSONField($0.key, .string($0.value)) }),
        ]
    }

    static func list(_ entries: [JSONValue], hasMore: Bool) -> JSONValue {
        [
            "object": "list", "data": .array(entries), "first_id": entries.first?["id"] ?? .null,
            "last_id": entries.last?["id"] ?? .null, "has_more": .bool(hasMore),
        ]
    }

    static func deleted(_ id: String) -> JSONValue {
        ["id": .string(id), "object": "file", "deleted": true]
    }

    private static func faults(_ faults: [Batch.Fault]) -> JSONValue {
        guard !faults.isEmpty else { return .null }
        let data = faults.map { fault -> JSONValue in
            [
                "code": .string(fault.code), "message": .string(fault.message), "param": .optional(fault.param),
                "line": fault.line.map { .integer($0) } ?? .null,
            ]
        }
        return ["object": "list", "data": .array(data)]
    }

    private static func seconds(_ date: Date?) -> JSONValue {
        date.map { .integer(Int($0.timeIntervalSince1970)) } ?? .null
    }

    // MARK: Lines of results

    /// A line that was answered, with whatever status; the body stands as it came when it is JSON.
    static func line(_ line: BatchLine, status: Int, body: [UInt8]) -> [UInt8] {
        var output = self.head(line)
        output += Array(#","response":{"status_code":\#(status),"request_id":"#.utf8)
        JSONString.append("\(line.id)", to: &output)
        output += Array(#","body":"#.utf8)
        if (try? JSONParser.parse(body)) != nil {
            // One line: line feeds stand in JSON as blanks only.
            output += body.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        } else {
            JSONString.append(String(decoding: body, as: UTF8.self), to: &output)
        }
        return output + Array("},\"error\":null}\n".utf8)
    }

    /// A line that was not answered.
    static func line(_ line: BatchLine, code: String, message: String) -> [UInt8] {
        var output = self.head(line)
        output += Array(#","response":null,"error":{"code":"#.utf8)
        JSONString.append(code, to: &output)
        output += Array(#","message":"#.utf8)
        JSONString.append(message, to: &output)
        return output + Array("}}\n".utf8)
    }

    private static func head(_ line: BatchLine) -> [UInt8] {
        var output = Array(#"{"id":"#.utf8)
        JSONString.append("\(line.id)", to: &output)
        output += Array(#","custom_id":"#.utf8)
        JSONString.append(line.customID, to: &output)
        return output
    }
}
