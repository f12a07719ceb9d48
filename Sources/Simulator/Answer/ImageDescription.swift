// What can be said of an image without looking at it: its format, size in pixels and in bytes.
//
// Formats: PNG (IHDR), GIF (logical screen), JPEG (first start-of-frame segment). An image that is only named by a
// URL is never fetched.

import Foundation

/// An image as a message carried it.
package struct ImageDescription: Equatable, Sendable {
    /// `PNG, 64 × 32 pixels, 180 bytes`, or what else is known.
    package let text: String
    package let tokens: Int

    /// Describes what an `image_url` names: a data URL or a web address.
    package init(url: String, detail: String?) {
        self.tokens = TokenCount.image(detail: detail)
        guard url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") else {
            self.text = "an image named by its address \(url.prefix(80)), which I do not fetch"
            return
        }
        let mediaType = url.dropFirst(5).prefix { $0 != ";" && $0 != "," }
        guard let data = Data(base64Encoded: String(url[url.index(after: comma)...])) else {
            self.text = "\(mediaType.prefix(40)) that is not base64"
            return
        }
        let bytes = [UInt8](data)
        let format = Self.formatAndSize(of: bytes) ?? String(mediaType.prefix(40))
        self.text = "\(format), \(bytes.count) bytes"
    }

    private static func formatAndSize(of bytes: [UInt8]) -> String? {
        func big16(_ index: Int) -> Int { Int(bytes[index]) << 8 | Int(bytes[index + 1]) }
        func little16(_ index: Int) -> Int { Int(bytes[index + 1]) << 8 | Int(bytes[index]) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), bytes.count >= 24 {
            let width = big16(16) << 16 | big16(18)
            let height = big16(20) << 16 | big16(22)
            return "PNG, \(width) × \(height) pixels"
        }
        if bytes.starts(with: Array("GIF8".utf8)), bytes.count >= 10 {
            return "GIF, \(little16(6)) × \(little16(8)) pixels"
        }
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        var index = 2
        while index + 9 < bytes.count, bytes[index] == 0xFF {
            let marker = bytes[index + 1]
            // C4, C8 and CC share the range with the frame markers but carry tables.
            if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC {
                return "JPEG, \(big16(index + 7)) × \(big16(index + 5)) pixels"
            }
            index += 2 + max(big16(index + 2), 2)
        }
        return "JPEG"
    }
}
