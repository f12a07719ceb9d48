// Paced messages are spread over time, sessions and directions.

import BenchCore
import Testing

@Suite struct PacingScheduleTests {
    private func turns(_ schedule: inout PacingSchedule, at now: Int64) -> [PacingSchedule.Turn] {
        var turns: [PacingSchedule.Turn] = []
        while let turn = schedule.next(at: now) { turns.append(turn) }
        return turns
    }

    @Test func nothingIsEarly() {
        var schedule = PacingSchedule(Workload(mode: .paced, sessions: 4, rate: 10), start: 1_000)
        #expect(self.turns(&schedule, at: 999).isEmpty)
        #expect(self.turns(&schedule, at: 1_000).map(\.session) == [0])
        // Four sessions with ten messages a second: one every 25 ms.
        #expect(self.turns(&schedule, at: 1_000 + 24_999_999).isEmpty)
        #expect(self.turns(&schedule, at: 1_000 + 25_000_000).map(\.session) == [1])
    }

    @Test func aSecondBringsTheRateToEachSession() {
        var schedule = PacingSchedule(Workload(mode: .paced, sessions: 3, rate: 20), start: 0)
        let turns = self.turns(&schedule, at: 999_999_999)
        #expect(turns.count == 60)
        for session in 0..<3 {
            let own = turns.filter { $0.session == session }
            #expect(own.count == 20)
            #expect(own.map(\.fromClient) == (0..<20).map { $0 % 2 == 0 })
        }
    }

    @Test(arguments: [(WorkloadDirection.up, true), (.down, false)])
    func oneDirectionIsOneDirection(_ direction: WorkloadDirection, _ fromClient: Bool) {
        var schedule = PacingSchedule(Workload(mode: .paced, direction: direction, sessions: 2), start: 0)
        #expect(self.turns(&schedule, at: 1_000_000_000).allSatisfy { $0.fromClient == fromClient })
    }
}
