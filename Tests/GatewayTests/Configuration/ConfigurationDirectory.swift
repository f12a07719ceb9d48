// A directory with the files a configuration may name.

import Foundation

/// Makes a directory for one test and removes it afterwards.
final class ConfigurationDirectory: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("longwire-configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file; the content is enough for one that is only looked at.
    func write(_ name: String, _ text: String = "-----BEGIN CERTIFICATE-----\n") throws {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    }
}
