// The fuzzer's corpora and every input that ever failed, replayed as ordinary tests.

import Foundation
import FuzzTargets
import Testing

@Suite("Fuzz corpora")
struct CorpusTests {
    private static func inputs(_ folder: String, of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let directory = root.appendingPathComponent("Fixtures/\(folder)/\(target.rawValue)")
        guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func theCorpusHolds(target: FuzzTarget) throws {
        let inputs = try Self.inputs("fuzz", of: target)
        #expect(!inputs.isEmpty, "each target has a corpus in Fixtures/fuzz")
        for input in inputs {
            #expect(target.disagreement(on: input.bytes) == nil, "\(target.rawValue)/\(input.name)")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func whatOnceFailedHolds(target: FuzzTarget) throws {
        for input in try Self.inputs("fuzz-failures", of: target) {
            #expect(target.disagreement(on: input.bytes) == nil, "\(target.rawValue)/\(input.name)")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func oddInputsHold(target: FuzzTarget) {
        for input: [UInt8] in [[], [0], [255], Array(repeating: 0, count: 300), Array(repeating: 255, count: 300)] {
            #expect(target.disagreement(on: input) == nil)
        }
    }
}
