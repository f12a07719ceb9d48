// The pages are all within the binary, and hold to what the content security policy demands of them.

import Foundation
import Testing

@testable import Console

@Suite struct PageFileTests {
    private static let sources = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Console/Pages")

    /// The files of the tree, by name.
    private static func files() throws -> [String: [UInt8]] {
        let root = Self.sources.path(percentEncoded: false)
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) where name.contains(".") {
            files[name] = Array(try Data(contentsOf: Self.sources.appending(path: name)))
        }
        return files
    }

    @Test func everyFileIsEmbeddedAsItIs() throws {
        let files = try Self.files()
        try #require(files.count > 10)
        #expect(Set(files.keys) == Set(PageFiles.byPath.values.map(\.name)))
        for (name, bytes) in files {
            let isSame = PageFiles.byPath[PageFiles.path(of: name)]?.bytes == bytes
            #expect(isSame, "\(name)")
        }
    }

    @Test func everyKindOfFileHasItsMediaType() {
        for file in PageFiles.byPath.values {
            #expect(file.mediaType != "application/octet-stream", "\(file.name)")
        }
        #expect(PageFiles.byPath["/"]?.mediaType == "text/html; charset=utf-8")
        #expect(PageFiles.byPath["/favicon.svg"]?.mediaType == "image/svg+xml")
    }

    @Test func aTagIsOfTheBytes() {
        let one = PageFile(name: "a.js", bytes: [1])
        #expect(one.tag == PageFile(name: "b.js", bytes: [1]).tag)
        #expect(one.tag != PageFile(name: "a.js", bytes: [2]).tag)
        #expect(one.tag.hasPrefix("\"") && one.tag.hasSuffix("\"") && one.tag.count == 34)
    }

    @Test func markupHasNoInlineScriptOrStyle() throws {
        let page = String(decoding: try #require(PageFiles.byPath["/"]).bytes, as: UTF8.self)
        #expect(!page.contains("<style") && !page.contains("style=") && !page.contains("onload="))
        #expect(page.components(separatedBy: "<script").count == 2)
    }

    @Test func nothingComesFromElsewhere() {
        for file in PageFiles.byPath.values {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for found in text.matches(of: /https?:\/\/[a-z0-9.]+/) {
                #expect(found.output == "http://www.w3.org", "\(file.name): \(found.output)")
            }
        }
    }

    @Test func everyImportNamesAFile() {
        for file in PageFiles.byPath.values where file.name.hasSuffix(".js") {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for found in text.matches(of: /from "([^"]+)"/) where found.output.1.hasPrefix(".") {
                let base = URL(filePath: "/assets/\(file.name)").deletingLastPathComponent()
                let path = base.appending(path: String(found.output.1)).standardized.path(percentEncoded: false)
                #expect(PageFiles.byPath[path] != nil, "\(file.name) imports \(path)")
            }
        }
    }
}
