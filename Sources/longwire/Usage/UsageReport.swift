// Sums over the ledger, for people (a table with a line for the whole) and for programs (JSON, with the names of /api).

import Foundation
import SessionCore

/// What `longwire usage` tells.
struct UsageReport: Encodable {
    /// One sum.
    struct Sum: Encodable {
        let group: String
        let start: Date?
        let requests: Int
        let errors: Int
        let tokens: Tokens
        let costUSD: Decimal
        let firstByteP50: Int?
        let firstByteP95: Int?
        fileprivate let microUSD: Int64

        private enum CodingKeys: String, CodingKey {
            case group, start, requests, errors, tokens
            case costUSD = "cost_usd"
            case firstByteP50 = "first_byte_p50_ms"
            case firstByteP95 = "first_byte_p95_ms"
        }

        init(_ sum: LedgerSum) {
            self.group = sum.group
            self.start = sum.start.map { Date(timeIntervalSince1970: Double($0) / 1_000) }
            self.requests = sum.requests
            self.errors = sum.errors
            self.tokens = Tokens(sum.tokens)
            self.costUSD = Shown.number(usd: sum.costMicroUSD)
            self.firstByteP50 = sum.firstByteP50
            self.firstByteP95 = sum.firstByteP95
            self.microUSD = sum.costMicroUSD
        }
    }

    /// Tokens by class.
    struct Tokens: Encodable {
        let input: Int
        let cached: Int
        let output: Int
        let total: Int
        let inputText: Int
        let inputAudio: Int
        let inputImage: Int
        let outputText: Int
        let outputAudio: Int
        let audioMilliseconds: Int

        private enum CodingKeys: String, CodingKey {
            case input, cached, output, total
            case inputText = "input_text"
            case inputAudio = "input_audio"
            case inputImage = "input_image"
            case outputText = "output_text"
            case outputAudio = "output_audio"
            case audioMilliseconds = "audio_milliseconds"
        }

        init(_ tokens: TokenCounts) {
            self.input = tokens.input
            self.cached = tokens.cached
            self.output = tokens.output
            self.total = tokens.total
            self.inputText = tokens.inputText
            self.inputAudio = tokens.inputAudio
            self.inputImage = tokens.inputImage
            self.outputText = tokens.outputText
            self.outputAudio = tokens.outputAudio
            self.audioMilliseconds = tokens.audioMilliseconds
        }
    }

    let by: String?
    let since: Date?
    let total: Sum
    let groups: [Sum]

    init(by: String?, since: Int64?, total: LedgerSum, groups: [LedgerSum]) {
        self.by = by
        self.since = since.map { Date(timeIntervalSince1970: Double($0) / 1_000) }
        self.total = Sum(total)
        self.groups = groups.map(Sum.init)
    }

    var table: String {
        var table = Table([
            ((self.by ?? "usage").uppercased(), .left), ("REQUESTS", .right), ("ERRORS", .right), ("INPUT", .right),
            ("CACHED", .right), ("OUTPUT", .right), ("COST USD", .right), ("FIRST BYTE P50", .right), ("P95", .right),
        ])
        for sum in self.groups { table.add(self.cells(sum, name: self.name(of: sum))) }
        table.add(self.cells(self.total, name: "total"))
        return table.text
    }

    private func name(of sum: Sum) -> String {
        guard let start = sum.start else { return sum.group.isEmpty ? "-" : sum.group }
        return self.by == "day" ? Shown.day(start) : start.formatted(.iso8601)
    }

    private func cells(_ sum: Sum, name: String) -> [String] {
        func milliseconds(_ value: Int?) -> String { value.map { "\($0) ms" } ?? "-" }
        return [
            name, "\(sum.requests)", "\(sum.errors)", "\(sum.tokens.input)", "\(sum.tokens.cached)",
            "\(sum.tokens.output)", Shown.usd(sum.microUSD), milliseconds(sum.firstByteP50),
            milliseconds(sum.firstByteP95),
        ]
    }
}
