// HTTP heads and whole messages as a test reads them (RFC 9112): simple, tolerant, and apart from the code under test.

/// A head that was heard, request or response.
package struct WireHead: Equatable, Sendable {
    package let startLine: String
    package let fields: [Field]

    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// The first value of a field.
    package subscript(name: String) -> String? {
        self.fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package func values(_ name: String) -> [String] {
        self.fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The status of a response; 0 for a request.
    package var status: Int {
        let parts = self.startLine.split(separator: " ")
        return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    }

    /// The target of a request.
    package var target: String {
        let parts = self.startLine.split(separator: " ")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// Reads a head; nil while it is not whole.
    static func read(_ bytes: [UInt8]) -> (head: WireHead, count: Int)? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= mark.count else { return nil }
        guard let end = (0...bytes.count - mark.count).first(where: { bytes[$0..<$0 + 4].elementsEqual(mark) }) else {
            return nil
        }
        var lines: [String] = []
        var line: [UInt8] = []
        for byte in bytes[..<end] + [10] {
            if byte == 10 {
                lines.append(String(decoding: line, as: UTF8.self))
                line = []
            } else if byte != 13 {
                line.append(byte)
            }
        }
        let fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return Field(name: String(line[..<colon]), value: String(value))
        }
        return (WireHead(startLine: lines.first ?? "", fields: fields), end + mark.count)
    }
}

/// A whole message that was heard.
package struct WireAnswer: Equatable, Sendable {
    package let head: WireHead
    package let body: [UInt8]

    package var status: Int { self.head.status }
    package var text: String { String(decoding: self.body, as: UTF8.self) }
}

extension ScriptedPeer {
    /// Takes the next head that was heard; nil while it is not whole.
    package func takeHead() -> WireHead? {
        guard let (head, count) = WireHead.read(self.received) else { return nil }
        _ = self.take(count)
        return head
    }

    /// Takes the next message, with the body that its fields announce; nil while it is not whole.
    ///
    /// A message that announces none has none, unless the peer has ended: then the rest is its body.
    package func takeAnswer(hasBody: Bool = true) -> WireAnswer? {
        guard let (head, count) = WireHead.read(self.received) else { return nil }
        let rest = Array(self.received[count...])
        if hasBody, head["transfer-encoding"] == "chunked" {
            guard let (body, bodyCount) = Self.readChunks(rest) else { return nil }
            _ = self.take(count + bodyCount)
            return WireAnswer(head: head, body: body)
        }
        var length = hasBody ? Int(head["content-length"] ?? "") ?? 0 : 0
        if hasBody, head["content-length"] == nil, self.end == .closed { length = rest.count }
        guard rest.count >= length else { return nil }
        _ = self.take(count + length)
        return WireAnswer(head: head, body: Array(rest[..<length]))
    }

    /// Reads a chunked body (RFC 9112 §7.1); nil while it is not whole.
    private static func readChunks(_ bytes: [UInt8]) -> (body: [UInt8], count: Int)? {
        var body: [UInt8] = []
        var position = 0
        while let lineEnd = bytes[position...].firstIndex(of: 13) {
            guard let size = Int(String(decoding: bytes[position..<lineEnd], as: UTF8.self), radix: 16),
                bytes.count >= lineEnd + 2 + size + 2
            else { return nil }
            position = lineEnd + 2
            body += bytes[position..<position + size]
            position += size + 2
            if size == 0 { return (body, position) }
        }
        return nil
    }
}
