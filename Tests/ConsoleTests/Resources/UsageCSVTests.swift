// CSV (RFC 4180 §2), and fields that a spreadsheet must not run.

import Testing

@testable import Console

@Suite struct UsageCSVTests {
    @Test(
        "fields",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "-5"), ("+cmd|x", "'+cmd|x"), ("", ""),
        ]
    )
    func fields(text: String, field: String) {
        #expect(UsageCSV.field(text) == field)
    }

    @Test("pages are counted down to the last, and not below")
    func pageCounts() {
        let pages = PageCount(2)
        #expect(!pages.isLast())
        #expect(pages.isLast())
        #expect(pages.isLast())
    }
}
