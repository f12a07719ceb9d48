// Lines of input files: what is taken as it stands, and what a faulty one is told.

import Foundation
import SessionCore
import Testing

@testable import Relay

@Suite("Batch input")
struct BatchInputTests {
    private static let batch = Batch(
        id: "batch_1",
        keyID: "key_1",
        address: [127, 0, 0, 1],
        endpoint: "/v1/chat/completions",
        inputFileID: "file-1",
        metadata: [:],
        createdAt: .now,
        expiresAt: .now
    )

    private static func line(_ name: String, body: String = #"{"model":"m"}"#) -> String {
        #"{"custom_id":"\#(name)","method":"POST","url":"/v1/chat/completions","body":\#(body)}"#
    }

    private func read(_ text: String) -> BatchInput.Reading { BatchInput.read(Array(text.utf8), of: Self.batch) }

    private func fault(_ text: String) -> Batch.Fault? {
        guard case .faults(let faults) = self.read(text) else { return nil }
        return faults.first
    }

    @Test("bodies are taken as they stand, whatever ends the lines")
    func reads() {
        let odd = #"{ "model" : "m" , "n":1.0e1,"s":"\u00e9" }"#
        let text = "\u{FEFF}" + Self.line("a", body: odd) + "\r\n\n  " + Self.line("b") + "\t\n" + Self.line("c")
        guard case .lines(let lines) = self.read(text) else {
            Issue.record("refused: \(self.read(text))")
            return
        }
        #expect(lines.map(\.customID) == ["a", "b", "c"])
        #expect(lines.map(\.id.number) == [1, 3, 4])
        #expect(String(decoding: lines[0].body, as: UTF8.self) == odd)
        #expect("\(lines[1].id)" == "batch_req_1_3")
        #expect(BatchInput.model(in: lines[0].body) == "m")
    }

    @Test func tellsFaults() {
        #expect(self.fault("")?.code == "empty_file")
        #expect(self.fault("\n\n")?.code == "empty_file")
        for text in ["nonsense", "[]", #"{"a":}"#, Self.line("a") + "x", #"{"custom_id":"a","custom_id":"b"}"#] {
            #expect(self.fault(text)?.code == "invalid_json_line", "\(text)")
        }
        #expect(self.fault(Self.line(""))?.param == "custom_id")
        #expect(self.fault(Self.line(String(repeating: "n", count: 513)))?.param == "custom_id")
        #expect(self.fault(Self.line("a") + "\n" + Self.line("a"))?.code == "duplicate_custom_id")
        #expect(self.fault(Self.line("a", body: "[]"))?.param == "body")
        #expect(self.fault(Self.line("a", body: "{}"))?.param == "body.model")
        #expect(self.fault(Self.line("a", body: #"{"model":"m","stream":true}"#))?.param == "body.stream")
        #expect(self.fault(Self.line("a").replacing("POST", with: "GET"))?.code == "invalid_method")
        #expect(self.fault(Self.line("a").replacing("/v1/chat", with: "/v2/chat"))?.code == "invalid_url")
        #expect(self.fault(Self.line("a") + "\n\nx")?.line == 3)
    }

    @Test func tellsABoundedNumber() {
        guard case .faults(let faults) = self.read(String(repeating: "x\n", count: 1_000)) else { return }
        #expect(faults.count == BatchInput.Limits.faults)
        let many = (0...BatchInput.Limits.lines).map { Self.line("\($0)") }.joined(separator: "\n")
        #expect(self.fault(many)?.code == "too_many_tasks")
    }
}
