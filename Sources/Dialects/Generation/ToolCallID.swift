// Ids for function calls of a dialect that has none (protocol: http §4.1). OpenAI takes ids of at most 40 characters, Claude only
// letters, digits, `_` and `-`: both hold for these.

/// Makes ids of function calls up: the same ones for the same input, each once.
package struct ToolCallID: Sendable {
    private let token: String
    private var count = 0
    private var taken: Set<String>

    /// For calls of a conversation, which are counted from its start, or of an answer, which `token` tells from others.
    ///
    /// `taken` are ids that are in use already.
    package init(token: String = "", taken: Set<String> = []) {
        self.token = token.isEmpty ? "" : Self.digest(of: token) + "_"
        self.taken = taken
    }

    /// The next id.
    package mutating func next() -> String {
        while true {
            let id = "call_\(self.token)\(self.count)"
            self.count += 1
            if self.taken.insert(id).inserted { return id }
        }
    }

    /// FNV-1a, 64 bits, in hexadecimal digits.
    private static func digest(of text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
