// How upstreams have been doing lately: counts of five minutes, and a judgement.

import Foundation
import SessionCore
import Testing

@Suite struct UpstreamHealthTests {
    private let start = Date(timeIntervalSince1970: 1_767_225_600)

    private func report(_ health: UpstreamHealth, after seconds: Double = 0) throws -> UpstreamReport {
        try #require(health.reports(at: self.start.addingTimeInterval(seconds)).first)
    }

    @Test("one that nobody asked is unknown, and others than the configured are not counted")
    func unknown() throws {
        let health = UpstreamHealth(upstreams: ["a", "b"])
        health.succeeded("c", milliseconds: 1, at: self.start)
        health.failed("c", reason: "x", at: self.start)
        #expect(health.reports(at: self.start).map(\.name) == ["a", "b"])
        #expect(try self.report(health).state == .unknown)
    }

    @Test("healthy, degraded, failing, and healthy again")
    func judgement() throws {
        let health = UpstreamHealth(upstreams: ["a"])
        health.succeeded("a", milliseconds: 5, at: self.start)
        #expect(try self.report(health).state == .healthy)
        health.failed("a", reason: "upstream_tls", at: self.start)
        #expect(try self.report(health).state == .degraded)
        for _ in 0..<2 { health.failed("a", reason: "upstream_ended", at: self.start) }
        let failing = try self.report(health)
        #expect(failing.state == .failing)
        #expect(failing.failures == 3)
        #expect(failing.lastError == "upstream_ended")
        health.succeeded("a", milliseconds: 5, at: self.start)
        #expect(try self.report(health).state == .degraded)
        health.succeeded("a", milliseconds: 5, at: self.start.addingTimeInterval(600))
        #expect(try self.report(health, after: 600).state == .healthy)
    }

    @Test("what is older than five minutes does not count, but its date stays")
    func forgetting() throws {
        let health = UpstreamHealth(upstreams: ["a"])
        for minute in 0..<10 {
            health.succeeded("a", milliseconds: 1, at: self.start.addingTimeInterval(Double(minute) * 60))
        }
        #expect(try self.report(health, after: 540).successes == 5)
        #expect(try self.report(health, after: 3_600).successes == 0)
        #expect(try self.report(health, after: 3_600).state == .unknown)
        #expect(try self.report(health, after: 3_600).lastSuccessAt == self.start.addingTimeInterval(540))
    }

    @Test("percentiles come from the latest latencies")
    func latencies() throws {
        let health = UpstreamHealth(upstreams: ["a"])
        #expect(try self.report(health).latencyP50 == nil)
        for value in 1...100 { health.succeeded("a", milliseconds: value, at: self.start) }
        #expect(try self.report(health).latencyP50 == 51)
        #expect(try self.report(health).latencyP95 == 96)
        for _ in 0..<1_000 { health.succeeded("a", milliseconds: 7, at: self.start) }
        #expect(try self.report(health).latencyP95 == 7)
        health.succeeded("a", milliseconds: .max, at: self.start)
        health.succeeded("a", milliseconds: -5, at: self.start)
    }

    @Test("upstreams that remain go on from there, also by those who began before; new ones begin anew")
    func nextConfiguration() {
        let first = UpstreamHealth(upstreams: ["a", "gone"])
        let now = Date(timeIntervalSince1970: 1_000_000)
        first.failed("a", reason: "timeout", at: now)
        let next = UpstreamHealth(upstreams: ["new", "a"], after: first)
        first.succeeded("a", milliseconds: 5, at: now)
        first.succeeded("gone", milliseconds: 5, at: now)
        let reports = next.reports(at: now)
        #expect(reports.map(\.name) == ["new", "a"])
        #expect(reports.map(\.state) == [.unknown, .degraded])
        #expect(reports.last?.successes == 1 && reports.last?.failures == 1 && reports.last?.lastError == "timeout")
    }
}
