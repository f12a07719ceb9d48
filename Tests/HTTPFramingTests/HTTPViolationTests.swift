// RFC 9110 §15.5: the statuses that answer a bad request.

import HTTPFraming
import Testing

@Suite struct HTTPViolationTests {
    static let all: [HTTPViolation] = [
        .malformedRequestLine, .malformedStatusLine, .unsupportedVersion, .unsupportedMethod, .invalidTarget,
        .targetTooLong, .headTooLarge, .tooManyFields, .bareLineFeed, .bareCarriageReturn, .controlByte,
        .obsoleteFolding, .invalidFieldName, .missingHost, .duplicateHost, .invalidHost, .hostMismatch,
        .invalidContentLength, .invalidTransferEncoding, .unsupportedTransferEncoding, .conflictingLengths,
        .lengthRequired, .unknownExpectation, .invalidQuery, .bodyTooLarge, .invalidChunk, .chunkLineTooLong,
        .invalidTrailer, .trailersTooLarge, .truncatedBody, .tooManyInterimResponses,
    ]

    @Test("Codes are tokens, and each stands for one violation")
    func hasDistinctCodes() {
        #expect(Set(Self.all.map(\.code)).count == Self.all.count)
        for violation in Self.all {
            #expect(violation.code.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) })
            #expect(violation.message.hasSuffix("."))
            #expect((400...505).contains(violation.status))
        }
    }

    @Test(arguments: [
        (HTTPViolation.bodyTooLarge, 413), (.targetTooLong, 414), (.headTooLarge, 431), (.tooManyFields, 431),
        (.unsupportedMethod, 501), (.unsupportedVersion, 505), (.missingHost, 400), (.unknownExpectation, 417),
    ])
    func hasTheStatusOfItsKind(violation: HTTPViolation, status: Int) {
        #expect(violation.status == status)
        #expect(HeadSerializer.reasonPhrase(status) != "")
    }
}
