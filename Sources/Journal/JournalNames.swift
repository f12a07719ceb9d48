// Journals beside one file: numbered, one for each process that runs, and those that ended processes left behind.

/// The journals that belong to one base path.
package struct JournalNames: Sendable {
    /// Processes that may share a base at the same time.
    package static let maximumCount = 64

    private let base: String

    /// `base`: what the numbers are added to, such as "longwire.sqlite-ledger".
    package init(base: String) {
        self.base = base
    }

    package func path(_ number: Int) -> String { "\(self.base).\(number)" }

    /// Takes over all journals that nobody holds.
    package func abandoned() throws(JournalError) -> [JournalFile] {
        var files: [JournalFile] = []
        for number in 0..<Self.maximumCount {
            if case .abandoned(let file) = try JournalFile.find(at: self.path(number)) { files.append(file) }
        }
        return files
    }

    /// Makes a journal under the first number that is free.
    package func create(segmentBytes: Int) throws(JournalError) -> JournalFile {
        for number in 0..<Self.maximumCount {
            if let file = try JournalFile.create(at: self.path(number), segmentBytes: segmentBytes) { return file }
        }
        throw .exhausted(path: self.base, count: Self.maximumCount)
    }
}
