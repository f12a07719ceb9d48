// The lines of a batch: what is to be asked, and what came of it.

/// Names one line.
package struct BatchLineID: Sendable, Hashable, CustomStringConvertible {
    package let batchID: String
    /// From 1, as editors count.
    package let number: Int

    package init(batchID: String, number: Int) {
        self.batchID = batchID
        self.number = number
    }

    /// `batch_req_…`, which is also the id of the line's exchange in logs and in the ledger.
    package var description: String {
        let prefix = "batch_"
        let rest = self.batchID.hasPrefix(prefix) ? String(self.batchID.dropFirst(prefix.count)) : self.batchID
        return "batch_req_\(rest)_\(self.number)"
    }
}

/// A line that has not been done.
package struct BatchLine: Sendable, Equatable {
    package let id: BatchLineID
    /// The client's name for it.
    package let customID: String
    /// The request's body.
    package let body: [UInt8]

    package init(id: BatchLineID, customID: String, body: [UInt8]) {
        self.id = id
        self.customID = customID
        self.body = body
    }
}

/// What came of a line, once and for all.
package struct BatchOutcome: Sendable, Equatable {
    package let id: BatchLineID
    /// An answer, as opposed to an error: says which file it goes to.
    package let isSuccess: Bool
    /// The line of that file, line feed included.
    package let output: [UInt8]

    package init(id: BatchLineID, isSuccess: Bool, output: [UInt8]) {
        self.id = id
        self.isSuccess = isSuccess
        self.output = output
    }
}
