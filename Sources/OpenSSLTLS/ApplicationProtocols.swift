// ApplicationProtocols.swift: the list of application protocols as it goes over the wire (RFC 7301 §3.1).

/// Names of protocols, each behind its length in one byte.
struct ApplicationProtocols: Equatable, Sendable {
    let names: [String]
    let wire: [UInt8]

    /// Refuses a name that is empty or longer than 255 bytes, and a list longer than its 16-bit length can say.
    init(_ names: [String]) throws(TLSError) {
        var wire: [UInt8] = []
        for name in names {
            guard let length = UInt8(exactly: name.utf8.count), length > 0 else {
                throw .configuration(file: "", reason: "an application protocol's name must have 1 to 255 bytes")
            }
            wire.append(length)
            wire.append(contentsOf: name.utf8)
        }
        guard UInt16(exactly: wire.count) != nil else {
            throw .configuration(file: "", reason: "the list of application protocols is longer than 65,535 bytes")
        }
        self.names = names
        self.wire = wire
    }
}
