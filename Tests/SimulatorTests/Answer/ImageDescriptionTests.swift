// What is said of images.

import Foundation
import Testing

@testable import Simulator

@Suite("Image descriptions")
struct ImageDescriptionTests {
    private func describe(_ bytes: [UInt8], type: String = "image/png") -> String {
        ImageDescription(url: "data:\(type);base64,\(Data(bytes).base64EncodedString())", detail: nil).text
    }

    private let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 1, 0, 0, 0, 0, 32]

    @Test("PNG, GIF and JPEG tell their sizes")
    func tellsSizes() {
        #expect(self.describe(self.png) == "PNG, 256 × 32 pixels, 24 bytes")
        #expect(self.describe(Array("GIF89a".utf8) + [5, 0, 7, 0]) == "GIF, 5 × 7 pixels, 10 bytes")
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 30, 1, 1]
        #expect(self.describe(jpeg) == "JPEG, 30 × 20 pixels, 19 bytes")
    }

    @Test("No prefix of an image traps")
    func survivesTruncation() {
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 30]
        for bytes in [self.png, jpeg, Array("GIF89a".utf8) + [5, 0, 7, 0]] {
            for length in 0...bytes.count {
                _ = self.describe(Array(bytes[..<length]))
            }
        }
    }

    @Test("An address is not fetched, and bad base64 is said")
    func describesOthers() {
        #expect(ImageDescription(url: "https://example.com/x.png", detail: "low").text.contains("example.com"))
        #expect(ImageDescription(url: "data:image/png;base64,%%%", detail: nil).text.contains("not base64"))
        #expect(ImageDescription(url: "", detail: "low").tokens == 85)
    }
}
