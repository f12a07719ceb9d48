// Reading of whole files that the user names, with a bound and with words for what went wrong.

import Foundation

/// Files that become messages or speech: read whole, so bounded.
enum BoundedFile {
    private static let limit = 256 * 1024 * 1024

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let expanded = NSString(string: path).expandingTildeInPath
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: expanded))
            data = try handle.read(upToCount: Self.limit + 1) ?? Data()
            try handle.close()
        } catch {
            throw Failure(description: "cannot read \(path): check that it exists and may be read")
        }
        guard data.count <= Self.limit else {
            throw Failure(description: "\(path) is larger than \(Self.limit / 1024 / 1024) MiB")
        }
        return Array(data)
    }
}
