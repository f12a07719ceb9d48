// Several processes on one base: each has its own journal, and what an ended one left is taken over once.

import Journal
import Testing

@Suite("Journal names")
struct JournalNamesTests {
    private let directory: JournalDirectory

    init() throws {
        self.directory = try JournalDirectory()
    }

    @Test func eachProcessHasItsOwn() throws {
        let names = self.directory.names
        let first = try names.create(segmentBytes: 4096)
        let second = try names.create(segmentBytes: 4096)
        #expect(first.path == names.path(0) && second.path == names.path(1))
        #expect(try names.abandoned().isEmpty)
    }

    @Test func whatEndedProcessesLeftIsTakenOverOnce() throws {
        let names = self.directory.names
        let alive = try names.create(segmentBytes: 4096)
        try {
            for _ in 0..<3 { _ = try names.create(segmentBytes: 4096) }
            // Each of them was let go of before the next was made.
        }()
        let found = try names.abandoned()
        #expect(found.map(\.path) == [names.path(1)] || found.count == 3)
        #expect(try names.abandoned().isEmpty, "they are ours now")
        withExtendedLifetime((alive, found)) {}
    }

    @Test func theNumberIsBounded() throws {
        let names = self.directory.names
        let files = try (0..<JournalNames.maximumCount).map { _ in try names.create(segmentBytes: 64) }
        #expect(throws: JournalError.self) { try names.create(segmentBytes: 64) }
        withExtendedLifetime(files) {}
    }
}
