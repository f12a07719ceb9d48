// Claude takes ids of calls that match `[A-Za-z0-9_-]+` (protocol: http §4.1); other characters become `_`.

/// Makes ids of calls legal, keeping those of one conversation apart.
struct ClaudeToolIDs {
    private var legalByOriginal: [String: String] = [:]
    private var taken: Set<String> = []
    /// How many ids have become this text already.
    private var counts: [String: Int] = [:]

    /// The id as Claude takes it: always the same for the same id, never the same for another one.
    mutating func legal(_ id: String) -> String {
        if let known = legalByOriginal[id] { return known }
        let base = Self.replaced(id)
        var candidate = base
        while taken.contains(candidate) {
            let count = (counts[base] ?? 1) + 1
            counts[base] = count
            candidate = "\(base)_\(count)"
        }
        taken.insert(candidate)
        legalByOriginal[id] = candidate
        return candidate
    }

    /// An id on its own, such as one of an answer.
    static func replaced(_ id: String) -> String {
        if id.isEmpty { return "_" }
        if id.utf8.allSatisfy(Self.isLegal) { return id }
        return String(decoding: id.utf8.map { Self.isLegal($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
