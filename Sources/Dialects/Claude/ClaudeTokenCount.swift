// What `POST /v1/messages/count_tokens` answers (protocol: http §2.6).

/// Writes and reads counts of tokens in the Claude dialect.
package enum ClaudeTokenCount {
    package static func body(_ tokens: Int) -> [UInt8] {
        Array(#"{"input_tokens":\#(tokens)}"#.utf8)
    }

    /// The count; nil for anything else.
    package static func parse(_ body: [UInt8]) -> Int? {
        let bytes = body.span
        do throws(JSONViolation) {
            return try TopLevelScanner.members(of: bytes)
                .first { $0.isNamed("input_tokens", in: bytes) }?
                .count(in: bytes)
        } catch {
            return nil
        }
    }
}
