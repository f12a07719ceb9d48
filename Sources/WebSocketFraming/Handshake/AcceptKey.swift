// Sec-WebSocket-Key and Sec-WebSocket-Accept: RFC 6455 §4.1 (16 random bytes in base64), §4.2.2 step 5.4 (SHA-1 of the
// key and a fixed GUID, in base64). SHA-1 is no protection here, only proof that a WebSocket server answered.

internal import COpenSSL

/// The key of a handshake and its answer.
package enum AcceptKey {
    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The accept value for a key that `isValid` or that we made.
    package static func accept(for key: String) -> String {
        var input: [UInt8] = []
        input.reserveCapacity(key.utf8.count + Self.guid.utf8.count)
        input.append(contentsOf: key.utf8)
        input.append(contentsOf: Self.guid.utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        unsafe input.withUnsafeBytes { source in
            unsafe digest.withUnsafeMutableBufferPointer { target in
                unsafe lw_sha1(source.baseAddress, source.count, target.baseAddress)
            }
        }
        return Base64.encode(digest)
    }

    /// Whether a value is 16 bytes in base64: 22 digits and two equal signs.
    package static func isValid(_ key: String) -> Bool {
        let bytes = key.utf8.span
        guard bytes.count == 24, bytes[22] == UInt8(ascii: "="), bytes[23] == UInt8(ascii: "=") else { return false }
        for index in 0..<22 where !Base64.isDigit(bytes[index]) { return false }
        return true
    }
}
