// The answer of `…:countTokens` (protocol: http §3.6).

/// Writes and reads counts of tokens.
package enum GeminiTokenCount {
    package static func body(_ tokens: Int) -> [UInt8] {
        Array(#"{"totalTokens":\#(tokens)}"#.utf8)
    }

    /// The count in an answer; nil if it is none.
    ///
    /// A count of zero may be absent, as protocol buffers have it.
    package static func parse(_ body: [UInt8]) -> Int? {
        guard let tree = try? JSONParser.parse(body), tree.isObject, tree["error"] == nil else { return nil }
        guard let total = tree["totalTokens"] else { return tree["promptTokensDetails"] == nil ? nil : 0 }
        guard let count = total.integer ?? total.string.flatMap({ Int($0) }), count >= 0 else { return nil }
        return count
    }
}
