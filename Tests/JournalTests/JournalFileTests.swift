// One file: what is written is read again, by whoever comes next, up to the place where it stops making sense.

import Glibc
import Journal
import Testing

@Suite("Journal file")
struct JournalFileTests {
    private let directory: JournalDirectory

    init() throws {
        self.directory = try JournalDirectory()
    }

    private func create(segmentBytes: Int = 4096) throws -> JournalFile {
        try #require(try JournalFile.create(at: self.directory.names.path(0), segmentBytes: segmentBytes))
    }

    private func abandoned() throws -> JournalFile? {
        guard case .abandoned(let file) = try JournalFile.find(at: self.directory.names.path(0)) else { return nil }
        return file
    }

    @Test func recordsOfAllLengthsComeBackInOrder() throws {
        let file = try self.create()
        var offset = 0
        let records = (1...60).map { Array(repeating: UInt8($0), count: $0) }
        for record in records { offset = try #require(file.write(record, segment: 1, at: offset)) }
        let read = file.read(segment: 1, from: 0, limit: 100)
        #expect(read.records == records && read.next == offset && !read.isDamaged)
        #expect(file.read(segment: 0, from: 0, limit: 100).records.isEmpty)
        #expect(file.read(segment: 1, from: 0, limit: 7).records == Array(records.prefix(7)))
    }

    @Test func onlyItsOwnerMayReadIt() throws {
        let file = try self.create()
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        // Every block is there, so that a full disk refuses nothing later.
        #expect(status.st_blocks * 512 >= status.st_size)
    }

    @Test func aSegmentThatIsFullTakesNoMore() throws {
        let file = try self.create(segmentBytes: 64)
        let first = try #require(file.write(Array(repeating: 1, count: 48), segment: 0, at: 0))
        #expect(first == 56)
        #expect(file.write([2], segment: 0, at: first) == nil)
        #expect(file.write(Array(repeating: 1, count: 57), segment: 1, at: 0) == nil)
        #expect(file.write(Array(repeating: 1, count: 56), segment: 1, at: 0) == 64)
        #expect(file.read(segment: 1, from: 0, limit: 9).records.count == 1)
        #expect(file.write([], segment: 0, at: 0) == nil)
    }

    @Test func whatAnEarlierRoundLeftIsNoRecord() throws {
        let file = try self.create()
        var offset = 0
        for _ in 0..<10 { offset = try #require(file.write([1, 2, 3], segment: 0, at: offset)) }
        file.clear(segment: 0)
        #expect(file.read(segment: 0, from: 0, limit: 100).records.isEmpty)
        _ = file.write([9], segment: 0, at: 0)
        #expect(file.read(segment: 0, from: 0, limit: 100).records == [[9]])
    }

    @Test func whoHoldsItKeepsItFromOthers() throws {
        let file = try self.create()
        guard case .held = try JournalFile.find(at: file.path) else {
            Issue.record("a held journal was given away")
            return
        }
        #expect(try JournalFile.create(at: file.path, segmentBytes: 4096) == nil)
    }

    @Test func whatWasLeftBehindIsFound() throws {
        try {
            let file = try self.create()
            _ = file.write([1, 2, 3], segment: 0, at: 0)
        }()
        let file = try #require(try self.abandoned())
        #expect(file.read(segment: 0, from: 0, limit: 9).records == [[1, 2, 3]])
        file.remove()
        #expect(!self.directory.exists(0))
        guard case .nothing = try JournalFile.find(at: file.path) else {
            Issue.record("a removed journal was found")
            return
        }
    }

    /// The head is 4096 bytes; a record begins with its length and its checksum.
    @Test(arguments: [4096 + 24, 4096 + 24 + 4, 4096 + 24 + 8])
    func readingStopsAtDamage(_ offset: Int) throws {
        try {
            let file = try self.create()
            var end = 0
            for number in 1...3 {
                end = try #require(file.write(Array(repeating: UInt8(number), count: 16), segment: 0, at: end))
            }
        }()
        self.directory.overwrite(0, at: offset, with: [0xFF, 0xFF, 0xFF, 0x7F])
        let file = try #require(try self.abandoned())
        let read = file.read(segment: 0, from: 0, limit: 9)
        #expect(read.records == [Array(repeating: 1, count: 16)] && read.isDamaged && read.next == 24)
        try file.setAside()
        #expect(!self.directory.exists(0))
    }

    @Test func aFileThatWasNeverFinishedIsRemoved() throws {
        for size in [0, 100, 4096, 5000] {
            close(open(self.directory.names.path(0), O_CREAT | O_RDWR, 0o600))
            truncate(self.directory.names.path(0), size)
            #expect(try self.abandoned() == nil)
            #expect(!self.directory.exists(0))
        }
    }

    @Test func whatIsNoJournalIsRefusedAndLeftAlone() throws {
        _ = try { try self.create() }()
        self.directory.overwrite(0, at: 0, with: [0x02])
        #expect(throws: JournalError.foreign(path: self.directory.names.path(0))) { try self.abandoned() }
        #expect(self.directory.exists(0))
    }

    @Test func aLinkIsNotFollowed() throws {
        symlink("/dev/null", self.directory.names.path(0))
        #expect(throws: JournalError.self) { try self.abandoned() }
        #expect(try JournalFile.create(at: self.directory.names.path(0), segmentBytes: 4096) == nil)
    }
}
