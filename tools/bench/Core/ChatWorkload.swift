// What is to be measured of HTTP exchanges: chat completions, whole or streamed, around a relay.

/// The parameters of one measurement of HTTP exchanges.
package struct ChatWorkload: Sendable, Equatable {
    /// How answers come.
    package enum Mode: String, Sendable, CaseIterable, Codable {
        /// One JSON object.
        case whole
        /// Server-sent events, each sent when the one before has reached its client.
        case events
    }

    /// In which dialect the upstream answers; clients speak OpenAI's.
    package enum UpstreamDialect: String, Sendable, CaseIterable, Codable {
        case openai
        case claude
    }

    package static let connectionLimit = 4_096
    package static let chunkLimit = 100_000
    package static let textLimit = 64 * 1024

    package var mode: Mode
    package var dialect: UpstreamDialect
    /// Clients, each with one exchange under way.
    package var connections: Int
    /// Pieces of text in a streamed answer.
    package var chunks: Int
    /// Bytes of text in a piece, or in a whole answer.
    package var textBytes: Int
    package var warmUpSeconds: Double
    package var seconds: Double

    package init(
        mode: Mode,
        dialect: UpstreamDialect = .openai,
        connections: Int = 64,
        chunks: Int = 100,
        textBytes: Int = 32,
        warmUpSeconds: Double = 0.5,
        seconds: Double = 2.5
    ) {
        self.mode = mode
        self.dialect = dialect
        self.connections = connections
        self.chunks = chunks
        self.textBytes = textBytes
        self.warmUpSeconds = warmUpSeconds
        self.seconds = seconds
    }

    package func validate() throws(Workload.Invalid) {
        guard (1...Self.connectionLimit).contains(self.connections) else {
            throw .init(description: "connections must be between 1 and \(Self.connectionLimit)")
        }
        guard (1...Self.chunkLimit).contains(self.chunks) else {
            throw .init(description: "chunks must be between 1 and \(Self.chunkLimit)")
        }
        guard (ChatText.mark.utf8CodeUnitCount...Self.textLimit).contains(self.textBytes) else {
            throw .init(description: "text must have \(ChatText.mark.utf8CodeUnitCount) to \(Self.textLimit) bytes")
        }
        guard (0...3_600).contains(self.warmUpSeconds), self.seconds > 0, self.seconds <= 3_600 else {
            throw .init(description: "times must be between 0 and 3600 seconds")
        }
    }
}
