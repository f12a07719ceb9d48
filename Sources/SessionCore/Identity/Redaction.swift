// Takes keys out of text that is going to be shown: messages of providers quote the key they were given, people paste
// keys into the wrong field (robustness G1, G2).
//
// Two nets: texts that are known to be secret are replaced exactly; beyond them, whatever begins like a key of a known
// maker is cut at its end. Linear in the length of the text.

/// Removes keys, and where asked for addresses of the inside, from text.
package enum Redaction {
    package static let placeholder = "[redacted]"

    /// Beginnings of keys: OpenAI, Anthropic and ours; client secrets; Google; xAI.
    private static let beginnings = ["sk-", "ek_", "AIza", "xai-"].map { Array($0.utf8) }

    /// Shorter tails are words (`sk-` in a sentence), not keys.
    private static let shortestTail = 8

    /// Secrets as they are looked for, made once for many texts.
    package struct Needles: Sendable {
        /// Longest first: one secret may be the beginning of another.
        fileprivate let texts: [[UInt8]]

        package init(_ secrets: [Secret]) {
            self.texts = Set(secrets.map { Array($0.reveal().utf8) }).filter { !$0.isEmpty }
                .sorted { $0.count > $1.count }
        }
    }

    /// Returns the text without the given secrets and without anything that looks like a key; with a `host`, without it and
    /// without addresses that can only be of the inside (protocol: http §6).
    package static func redact(_ text: String, secrets: [Secret] = [], host: String?) -> String {
        InternalHosts.removed(from: redact(text, secrets: secrets), and: host)
    }

    /// Returns the text without the given secrets and without anything that looks like a key.
    package static func redact(_ text: String, secrets: [Secret] = []) -> String {
        redact(text, needles: Needles(secrets))
    }

    /// The same for secrets that many texts are searched for.
    package static func redact(_ text: String, needles: Needles) -> String {
        var bytes = Array(text.utf8)
        for needle in needles.texts { replace(needle, in: &bytes) }
        return withoutKeys(String(decoding: bytes, as: UTF8.self))
    }

    /// Returns the text without anything that looks like a key.
    package static func withoutKeys(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let atWordStart = index == 0 || !isKeyByte(bytes[index - 1])
            guard atWordStart, let end = endOfKey(in: bytes, at: index) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            result += placeholder.utf8
            index = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func endOfKey(in bytes: [UInt8], at start: Int) -> Int? {
        guard let beginning = beginnings.first(where: { bytes[start...].starts(with: $0) }) else { return nil }
        let tail = start + beginning.count
        let end = bytes[tail...].firstIndex { !isKeyByte($0) } ?? bytes.count
        return end - tail >= shortestTail ? end : nil
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        Base62.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    /// Copies nothing where the secret does not stand, which is nearly everywhere.
    private static func replace(_ needle: [UInt8], in bytes: inout [UInt8]) {
        guard let first = needle.first else { return }
        var result: [UInt8] = []
        var taken = 0
        var index = 0
        while index <= bytes.count - needle.count {
            if bytes[index] == first, bytes[index...].starts(with: needle) {
                result += bytes[taken..<index]
                result += placeholder.utf8
                index += needle.count
                taken = index
            } else {
                index += 1
            }
        }
        if taken > 0 { bytes = result + bytes[taken...] }
    }
}
