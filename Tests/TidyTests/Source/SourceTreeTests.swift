// Which files belong to the repository.

import Foundation
import Testing

@testable import tidy

@Suite("The tree of files")
struct SourceTreeTests {
    /// A folder of its own for each test, removed at its end.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func write(_ text: String, to path: String, in folder: URL) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }

    private func git(_ arguments: String..., in folder: URL) throws {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", folder.path(percentEncoded: false)] + arguments
        git.standardOutput = FileHandle.nullDevice
        git.standardError = FileHandle.nullDevice
        try git.run()
        git.waitUntilExit()
        #expect(git.terminationStatus == 0)
    }

    @Test("without git: every text file but those in hidden folders")
    func plainFolder() throws {
        try self.withFolder { folder in
            try self.write("a", to: "Sources/A/B.swift", in: folder)
            try self.write("b", to: ".build/C.swift", in: folder)
            try self.write("c", to: ".ci/run", in: folder)
            try self.write("d\0", to: "binary", in: folder)
            #expect(SourceTree.read(folder).files.map(\.path) == [".ci/run", "Sources/A/B.swift"])
        }
    }

    @Test("with git: what is tracked or could be, never what is ignored")
    func repository() throws {
        try self.withFolder { folder in
            try self.git("init", "--quiet", in: folder)
            try self.write("out/\n", to: ".gitignore", in: folder)
            try self.write("a", to: "tracked", in: folder)
            try self.git("add", "tracked", in: folder)
            try self.write("b", to: "new", in: folder)
            try self.write("c", to: "out/made", in: folder)
            try self.write("d", to: "gone", in: folder)
            try self.git("add", "gone", in: folder)
            try FileManager.default.removeItem(at: folder.appending(path: "gone"))
            #expect(SourceTree.read(folder).files.map(\.path) == [".gitignore", "new", "tracked"])
        }
    }
}
