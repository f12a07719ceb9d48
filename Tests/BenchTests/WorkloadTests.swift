// Parameters are refused before anything is opened.

import BenchCore
import Testing

@Suite struct WorkloadTests {
    @Test(arguments: WorkloadMode.allCases)
    func defaultsAreValid(_ mode: WorkloadMode) throws {
        try Workload(mode: mode).validate()
        #expect(Workload(mode: mode).direction == (mode == .stream || mode == .stall ? .down : .both))
    }

    @Test func whatCannotBeMeasuredIsRefused() {
        let invalid = [
            Workload(mode: .stream, direction: .both), Workload(mode: .stall, direction: .both),
            Workload(mode: .idle, sessions: 0), Workload(mode: .idle, sessions: Workload.sessionLimit + 1),
            Workload(mode: .stream, size: RealtimeEvent.minimumSize - 1),
            Workload(mode: .stream, size: Workload.sizeLimit + 1),
            Workload(mode: .paced, rate: 0), Workload(mode: .paced, rate: .nan),
            Workload(mode: .stream, seconds: 0), Workload(mode: .stream, warmUpSeconds: -1),
            Workload(mode: .stream, seconds: .infinity), Workload(mode: .idle, openParallel: 0),
        ]
        for workload in invalid {
            #expect(throws: Workload.Invalid.self) { try workload.validate() }
        }
    }
}
