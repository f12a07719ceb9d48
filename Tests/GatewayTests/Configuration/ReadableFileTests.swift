import Foundation
import Testing

@testable import Gateway

@Suite("ReadableFile")
struct ReadableFileTests {
    @Test("a file is read up to its limit, and asked for its size before")
    func contents() throws {
        let directory = try ConfigurationDirectory()
        try directory.write("file", "four")
        let path = directory.file("file")
        #expect(ReadableFile.contents(of: path, limit: 4) == Data("four".utf8))
        #expect(ReadableFile.contents(of: path, limit: 3) == nil)
        #expect(ReadableFile.contents(of: path + "-none", limit: 4) == nil)

        // Eight gigabytes that take no room on the disk would take as much in memory.
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 8 << 30)
        try file.close()
        #expect(ReadableFile.contents(of: path, limit: 1 << 20) == nil)
    }
}
