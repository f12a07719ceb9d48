// Status codes of Close frames: RFC 6455 §7.4 and the IANA registry for 1012-1014.
//
// A code has two lives. Inside the program every value may stand, 1005 and 1006 among them, because they describe what
// happened. On the wire only `isValidOnWire` codes may travel, in either direction.

/// The status code of a Close frame.
package struct CloseCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let normal = CloseCode(1000)
    package static let goingAway = CloseCode(1001)
    package static let protocolError = CloseCode(1002)
    package static let unsupportedData = CloseCode(1003)
    /// Never on the wire: the peer's Close carried no code.
    package static let noStatusReceived = CloseCode(1005)
    /// Never on the wire: the connection ended without a Close.
    package static let abnormalClosure = CloseCode(1006)
    package static let invalidPayload = CloseCode(1007)
    package static let policyViolation = CloseCode(1008)
    package static let messageTooBig = CloseCode(1009)
    package static let mandatoryExtension = CloseCode(1010)
    package static let internalError = CloseCode(1011)
    package static let serviceRestart = CloseCode(1012)
    package static let tryAgainLater = CloseCode(1013)
    package static let badGateway = CloseCode(1014)
    /// Never on the wire: the TLS handshake failed.
    package static let tlsHandshake = CloseCode(1015)

    /// Whether a code may stand in a Close frame: §7.4.1 and §7.4.2.
    ///
    /// 1004 is reserved, 1005, 1006 and 1015 are for reports inside a program, and what lies between 1016 and 2999
    /// belongs to versions of the protocol that do not exist yet.
    package static func isValidOnWire(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    package var isValidOnWire: Bool { Self.isValidOnWire(self.rawValue) }
}
