// RFC 6455 §7.4.1: what each violation is told as.

import Testing
import WebSocketFraming

struct WebSocketViolationTests {
    static let all: [(WebSocketViolation, CloseCode)] = [
        (.reservedBits, .protocolError), (.reservedOpcode(15), .protocolError),
        (.controlFrameTooLong, .protocolError), (.controlFrameFragmented, .protocolError),
        (.frameNotMasked, .protocolError), (.frameMasked, .protocolError),
        (.lengthNotMinimal, .protocolError), (.lengthOutOfRange, .protocolError),
        (.continuationWithoutMessage, .protocolError), (.messageInsideMessage, .protocolError),
        (.closePayloadTooShort, .protocolError), (.invalidCloseCode(.max), .protocolError),
        (.messageTooBig, .messageTooBig), (.tooManyFragments, .messageTooBig),
        (.invalidUTF8, .invalidPayload), (.invalidCloseReason, .invalidPayload),
        (.corruptCompression, .invalidPayload),
    ]

    @Test func becomesItsCloseCode() {
        for (violation, code) in Self.all { #expect(violation.closeCode == code) }
    }

    /// §5.5: with its code it fits a control frame; and no two read alike.
    @Test func reasonsFitAndDiffer() {
        for (violation, _) in Self.all {
            #expect(!violation.reason.isEmpty && violation.reason.utf8.count <= 123)
        }
        #expect(Set(Self.all.map(\.0.reason)).count == Self.all.count)
    }
}
