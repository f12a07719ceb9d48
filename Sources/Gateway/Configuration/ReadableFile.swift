// Whether a file that the configuration names can be used, asked before anything depends on it (robustness F4).

import Foundation

/// Looks at files without keeping them.
enum ReadableFile {
    /// How every PEM document begins (RFC 7468 §2).
    private static let pemMark = Data("-----BEGIN ".utf8)

    /// Certificates and keys are small; a larger file is another one.
    private static let maximumPEMBytes = 4 << 20

    /// Returns why a file cannot be read, or nil.
    static func fault(of path: String) -> String? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return "does not exist" }
        guard !isDirectory.boolValue else { return "is a directory" }
        guard FileManager.default.isReadableFile(atPath: path) else { return "may not be read by this user" }
        return nil
    }

    /// What a file holds, asked for its size before it is read: nil if it cannot be read or holds more than `limit` bytes.
    static func contents(of path: String, limit: Int) -> Data? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let size = try? FileManager.default.attributesOfItem(atPath: target)[.size] as? NSNumber,
            size.int64Value <= limit, let data = FileManager.default.contents(atPath: target), data.count <= limit
        else { return nil }
        return data
    }

    /// Returns why a file cannot serve as PEM, or nil.
    static func faultOfPEM(at path: String) -> String? {
        if let fault = fault(of: path) { return fault }
        guard let data = contents(of: path, limit: maximumPEMBytes), data.range(of: pemMark) != nil else {
            return "is not in PEM form"
        }
        return nil
    }
}
