// The chunked transfer coding, from the sender's side (RFC 9112 §7.1). Chunks have no extensions and the body no trailers.

/// Frames content as chunks.
package enum ChunkedEncoder {
    /// What follows the content of a chunk.
    package static let lineEnd: [UInt8] = [Grammar.carriageReturn, Grammar.lineFeed]

    /// The last chunk, of size zero, and the empty trailer section.
    package static let terminator: [UInt8] = [
        0x30, Grammar.carriageReturn, Grammar.lineFeed, Grammar.carriageReturn, Grammar.lineFeed,
    ]

    /// The line before content of this size; nothing for no content, since a chunk of size zero would end the body.
    package static func header(count: Int) -> [UInt8] {
        var output: [UInt8] = []
        appendHeader(count: count, to: &output)
        return output
    }

    /// Appends the line before content of this size, or nothing for no content.
    package static func appendHeader(count: Int, to output: inout [UInt8]) {
        guard count > 0 else { return }
        output.append(contentsOf: String(count, radix: 16).utf8)
        output.append(contentsOf: lineEnd)
    }

    /// Appends content as one whole chunk, or nothing for no content.
    package static func append(_ content: [UInt8], to output: inout [UInt8]) {
        guard !content.isEmpty else { return }
        appendHeader(count: content.count, to: &output)
        output.append(contentsOf: content)
        output.append(contentsOf: lineEnd)
    }
}
