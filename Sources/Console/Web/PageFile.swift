// The pages of the console, as files in memory: what the compiler took from Sources/Console/Pages (`CPages`). Nothing is
// read from a disk at run time.

import CPages
import OpenSSLTLS

/// One file of the console.
struct PageFile: Sendable {
    let name: String
    let bytes: [UInt8]
    let mediaType: String
    /// A strong validator (RFC 9110 §8.8.3), quotes included.
    let tag: String

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        self.mediaType = Self.mediaType(of: name)
        self.tag = "\"\(SHA256Digest(hashing: bytes).hex.prefix(32))\""
    }

    private static func mediaType(of name: String) -> String {
        let ending = name.split(separator: ".").last.map { String($0) } ?? ""
        return switch ending {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}

/// All files, by the path under which they are served.
enum PageFiles {
    static let byPath: [String: PageFile] = {
        var files: [String: PageFile] = [:]
        for index in 0..<lw_page_count() {
            let page = unsafe lw_pages()[index]
            let name = unsafe String(cString: page.name)
            let file = PageFile(name: name, bytes: Array(unsafe String(cString: page.text).utf8))
            files[Self.path(of: name)] = file
        }
        return files
    }()

    /// Where a file is served: the first page at the root, everything else below it.
    static func path(of name: String) -> String {
        switch name {
        case "index.html": "/"
        case "favicon.svg": "/favicon.svg"
        default: "/assets/\(name)"
        }
    }
}
