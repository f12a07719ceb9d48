// The repository's text files: from git, which knows what is ignored, or from the folders where there is no git.

package import Foundation

/// Every text file that belongs to the repository.
package struct SourceTree {
    package let files: [SourceFile]

    /// Larger files are data, not text for people.
    private static let maximumFileBytes = 1 << 20

    package init(_ files: [SourceFile]) {
        self.files = files.sorted { $0.path < $1.path }
    }

    /// The files under `root`; what is not UTF-8, holds NUL or is very large is left out.
    package static func read(_ root: URL) -> SourceTree {
        let paths = Self.listedByGit(root) ?? Self.listedByFolder(root)
        return SourceTree(paths.compactMap { Self.file($0, root) })
    }

    private static func file(_ path: String, _ root: URL) -> SourceFile? {
        guard let data = try? Data(contentsOf: root.appending(path: path)),
            data.count <= Self.maximumFileBytes, !data.contains(0),
            let text = String(data: data, encoding: .utf8)
        else { return nil }
        return SourceFile(path: path, text: text)
    }

    private static func listedByGit(_ root: URL) -> [String]? {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = [
            "git", "-C", root.path(percentEncoded: false), "ls-files", "-z", "--cached", "--others",
            "--exclude-standard",
        ]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else { return nil }
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return Set(data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }).sorted()
    }

    /// Hidden folders hold builds and tools; hidden files at the top are ours.
    private static func listedByFolder(_ root: URL) -> [String] {
        let base = root.path(percentEncoded: false)
        guard let walk = FileManager.default.enumerator(atPath: base) else { return [] }
        var paths: [String] = []
        while let path = walk.nextObject() as? String {
            let name = path.split(separator: "/").last ?? ""
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: base + "/" + path, isDirectory: &isFolder)
            if isFolder.boolValue {
                if name.hasPrefix("."), name != ".ci" { walk.skipDescendants() }
            } else {
                paths.append(path)
            }
        }
        return paths.sorted()
    }
}
