// Names and addresses of the inside in what a provider says: `connect to http://10.0.0.5:8000 failed` tells a client about a
// network that is none of its business (protocol: http §6).

/// Finds hosts that nobody outside should hear of.
enum InternalHosts {
    static let placeholder = "[host]"

    /// Endings of names that no public name server knows.
    private static let endings = [".local", ".internal", ".lan", ".svc", ".localdomain", ".intranet", ".corp"]

    /// The text without private addresses, names with such endings, `localhost` and the host given, ports included.
    static func removed(from text: String, and host: String?) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard isHostByte(bytes[index]) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, isHostByte(bytes[end]) { end += 1 }
            // A full stop behind a name ends the sentence.
            var nameEnd = end
            while nameEnd > index, bytes[nameEnd - 1] == 0x2E { nameEnd -= 1 }
            if isInternal(String(decoding: bytes[index..<nameEnd], as: UTF8.self).lowercased(), host) {
                result += placeholder.utf8
                index = portEnd(bytes, nameEnd)
            } else {
                result += bytes[index..<end]
                index = end
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        Base62.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// Behind `:` and digits, if they stand here.
    private static func portEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        guard start < bytes.count, bytes[start] == UInt8(ascii: ":") else { return start }
        var end = start + 1
        while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
        return end > start + 1 ? end : start
    }

    private static func isInternal(_ name: String, _ host: String?) -> Bool {
        guard !name.isEmpty else { return false }
        if name == "localhost" || name == host?.lowercased() { return true }
        if endings.contains(where: { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }) { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, let first = parts[0], let second = parts[1], parts[2] != nil, parts[3] != nil else {
            return false
        }
        switch (first, second) {
        case (10, _), (127, _), (192, 168), (169, 254), (172, 16...31): return true
        default: return false
        }
    }
}
