// Bounds of the HTTP measurements.

import BenchCore
import Testing

@Suite struct ChatWorkloadTests {
    @Test func theUsualOnesAreValid() throws {
        try ChatWorkload(mode: .whole).validate()
        try ChatWorkload(mode: .events, dialect: .claude, connections: 1).validate()
    }

    @Test(arguments: [
        ChatWorkload(mode: .whole, connections: 0), ChatWorkload(mode: .whole, connections: 5_000),
        ChatWorkload(mode: .events, chunks: 0), ChatWorkload(mode: .events, textBytes: 3),
        ChatWorkload(mode: .events, warmUpSeconds: -1), ChatWorkload(mode: .events, seconds: 0),
    ])
    func whatIsOutOfBoundsIsRefused(_ workload: ChatWorkload) {
        #expect(throws: Workload.Invalid.self) { try workload.validate() }
    }
}
