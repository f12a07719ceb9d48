// The body of `POST /v1/batches`.

import Dialects
import Foundation
import SessionCore

/// What a client wants done.
struct BatchRequest: Equatable {
    enum Limits {
        static let bodyBytes = 64 << 10
        /// As OpenAI bounds metadata.
        static let pairs = 16
        static let nameBytes = 64
        static let valueBytes = 512
    }

    /// The only one there is.
    static let window = "24h"
    static let windowSeconds: TimeInterval = 86_400

    let inputFileID: String
    let endpoint: String
    let metadata: [String: String]

    init(_ body: [UInt8]) throws(RelayError) {
        let json: JSONValue
        do throws(JSONSyntaxError) {
            json = try JSONParser.parse(body)
        } catch {
            throw .invalidJSON("it breaks at byte \(error.offset)")
        }
        guard json.isObject else { throw .invalidJSON("it is no object") }
        self.inputFileID = try Self.text("input_file_id", json)
        self.endpoint = try Self.text("endpoint", json)
        guard BatchInput.endpoints.contains(self.endpoint) else {
            throw .invalidParameter(
                "endpoint",
                reason: "must be one of \(BatchInput.endpoints.joined(separator: ", "))"
            )
        }
        guard try Self.text("completion_window", json) == Self.window else {
            throw .invalidParameter("completion_window", reason: "must be \(Self.window)")
        }
        var metadata: [String: String] = [:]
        for member in json["metadata"]?.members ?? [] {
            guard let value = member.value.string, member.key.utf8.count <= Limits.nameBytes,
                value.utf8.count <= Limits.valueBytes, metadata.count < Limits.pairs
            else {
                throw .invalidParameter(
                    "metadata",
                    reason: "must be at most \(Limits.pairs) pairs of texts, \(Limits.nameBytes) and "
                        + "\(Limits.valueBytes) bytes long"
                )
            }
            metadata[member.key] = value
        }
        self.metadata = metadata
    }

    private static func text(_ name: String, _ json: JSONValue) throws(RelayError) -> String {
        guard let value = json[name], !value.isNull else { throw .missingParameter(name) }
        guard let text = value.string else { throw .invalidParameter(name, reason: "must be a text") }
        return text
    }
}
