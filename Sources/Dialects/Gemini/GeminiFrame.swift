// What stands around the chunks of a Gemini stream (protocol: http §3.1, §3.4): `data: {…}` and a blank line each, or the
// brackets and commas of an array, `[{…}\n,\n{…}]`.

/// Frames chunks; knows whether one has gone out.
struct GeminiFrame: Sendable {
    let isArray: Bool
    /// Whether an element stands before the next one.
    var hasElements = false

    init(isArray: Bool) {
        self.isArray = isArray
    }

    mutating func begin(_ output: inout [UInt8]) {
        if !isArray {
            output.append(contentsOf: "data: ".utf8)
        } else if hasElements {
            output.append(contentsOf: "\n,\n".utf8)
        } else {
            output.append(JSONGrammar.openBracket)
        }
        hasElements = true
    }

    func end(_ output: inout [UInt8]) {
        if !isArray { output.append(contentsOf: "\r\n\r\n".utf8) }
    }

    /// Behind the last chunk.
    func close(_ output: inout [UInt8]) {
        if isArray { output.append(JSONGrammar.closeBracket) }
    }
}
