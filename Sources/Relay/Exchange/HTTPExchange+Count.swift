// Counting a request's tokens: never generates, never bills (protocol: http §2.6, §3.6).
//
// An upstream that counts is asked, in its own words; OpenAI's dialect has no such endpoint, and what goes there is
// estimated here. A count that is an estimate says so in a field of its answer.

import Dialects
import HTTPFraming
import SessionCore
import Transport

extension HTTPExchange {
    /// Tells what is no upstream's count.
    static let estimateField = ("x-longwire-token-count", "estimate")

    /// An upstream has counted.
    func counted() {
        guard let body = self.reception?.gatherer?.body, let dialect = self.asked?.dialect else { return }
        if let tokens = dialect.parseCount(body) {
            self.dispatch?.accepted(status: 200)
            self.dispatch?.completed()
            self.settle(.completed, httpStatus: 200)
            self.respond(self.dialect.countBody(tokens))
        } else if let error = dialect.parseError(body) {
            let fields = self.reception?.head.fields ?? HeaderFields()
            self.refused(error, status: error.presumedStatus, fields: fields, words: nil)
        } else {
            self.failed(.unusable("an answer that tells no count of tokens"))
        }
    }

    /// Whether nobody who was asked could count, which is no reason not to tell what can be told.
    func canEstimate(after error: RelayError) -> Bool {
        self.path.operation == .count && error.blame != .client && self.call != nil
    }

    /// Nobody counts for this model: the tokens are estimated.
    func estimateCount() {
        do throws(RelayError) {
            guard let tokens = try self.call?.estimatedTokens() else { return }
            self.settle(.completed, httpStatus: 200)
            self.respond(self.dialect.countBody(tokens), estimate: true)
        } catch {
            self.refuse(error)
        }
    }
}

extension TokenEstimate {
    /// What a message costs beside its text, and an image of unknown size.
    private static let tokensPerMessage = 4
    private static let tokensPerTool = 12
    private static let tokensPerImage = 1_000

    /// Tokens of a request: text by its bytes, images at a flat rate, documents and sound by theirs.
    static func tokens(of request: GenerationRequest) -> Int {
        let size = request.size
        let parts = [
            self.text(bytes: size.textBytes), self.text(bytes: size.otherMediaBytes),
            self.product(size.messages, self.tokensPerMessage), self.product(size.tools, self.tokensPerTool),
            self.product(size.images, self.tokensPerImage),
        ]
        return parts.reduce(0) { sum, part in
            let (next, overflow) = sum.addingReportingOverflow(part)
            return overflow ? .max : next
        }
    }

    private static func product(_ count: Int, _ tokens: Int) -> Int {
        let (product, overflow) = count.multipliedReportingOverflow(by: tokens)
        return overflow ? .max : product
    }
}

extension RelayError {
    /// An upstream that has no endpoint for this; told to nobody, for the tokens are estimated then.
    static func countsNothing() -> Self {
        .serviceUnavailable("No provider for this model counts tokens")
    }
}
