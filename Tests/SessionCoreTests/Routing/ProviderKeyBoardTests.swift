// All keys of the process: in turn, and as people are told of them.

import Testing

@testable import SessionCore

@Suite("ProviderKeyBoard")
struct ProviderKeyBoardTests {
    private func at(_ seconds: Double) -> Int64 { RoutingStage.at(seconds) }

    /// Attempts that fail, one after the other.
    private func fail(_ board: ProviderKeyBoard, times: Int, at seconds: Double = 0) throws {
        for _ in 0..<times {
            let ticket = try #require(board.take("u0", model: "m", now: self.at(seconds)))
            board.ended(ticket, .failed(retryAfter: nil), now: self.at(seconds))
        }
    }

    @Test("keys that work are given out in turn")
    func turns() {
        let board = RoutingStage(keys: [3]).board
        func take(_ used: [Int] = []) -> Int? { board.take("u0", model: "m", except: used, now: self.at(0))?.index }
        #expect((0..<7).map { _ in take() } == [0, 1, 2, 0, 1, 2, 0])
        board.ended(
            ProviderKeyTicket(upstream: "u0", model: "m", index: 1, pass: .ordinary),
            .keyRefused,
            now: self.at(0)
        )
        #expect((0..<4).map { _ in take() } == [2, 0, 2, 0])
        #expect(take([0, 2]) == nil)
        #expect(board.take("nobody", model: "m", now: 0) == nil)
        #expect(board.take("u0", model: "m", key: 1, now: 0) == nil)
        #expect(board.take("u0", model: "m", key: 3, now: 0) == nil)
    }

    @Test("an upstream without keys has a breaker all the same")
    func keyless() throws {
        let board = RoutingStage(keys: [0]).board
        try self.fail(board, times: 5)
        #expect(board.take("u0", model: "m", now: self.at(1)) == nil)
        #expect(board.reports(of: "u0", now: self.at(1)).map(\.state) == [.open])
    }

    @Test("readiness is that of the key that comes first")
    func readiness() {
        let board = RoutingStage(keys: [2]).board
        #expect(board.readiness("u0", model: "m", now: self.at(0)) == .now)
        for (key, seconds) in [(0, 9), (1, 4)] {
            let ticket = ProviderKeyTicket(upstream: "u0", model: "m", index: key, pass: .ordinary)
            board.ended(ticket, .limited(retryAfter: seconds), now: self.at(0))
        }
        #expect(board.readiness("u0", model: "m", now: self.at(0)) == .cooling(self.at(4)))
        #expect(board.readiness("u0", model: "m", key: 0, now: self.at(0)) == .cooling(self.at(9)))
        #expect(board.readiness("u0", model: "other", now: self.at(0)) == .now)
        #expect(board.readiness("nobody", model: "m", now: self.at(0)) == .never)
    }

    @Test("reports tell state, failures and until when, and no key")
    func reports() throws {
        let board = RoutingStage(keys: [4]).board
        func ended(_ key: Int, _ outcome: AttemptOutcome, times: Int = 1) {
            for _ in 0..<times {
                let ticket = ProviderKeyTicket(upstream: "u0", model: "m", index: key, pass: .ordinary)
                board.ended(ticket, outcome, now: self.at(0))
            }
        }
        ended(0, .failed(retryAfter: nil), times: 2)
        ended(1, .failed(retryAfter: nil), times: 5)
        ended(2, .keyRefused)
        ended(3, .limited(retryAfter: 8))
        let reports = board.reports(of: "u0", now: self.at(1))
        #expect(reports.map(\.state) == [.closed, .open, .disabled, .closed])
        #expect(reports.map(\.failures) == [2, 0, 0, 0])
        #expect(reports.map(\.milliseconds) == [nil, 9_000, nil, nil])
        #expect(reports[3].exclusions == [ProviderKeyReport.Exclusion(model: "m", milliseconds: 7_000)])
        #expect(board.take("u0", model: "x", key: 1, now: self.at(10))?.pass == .probe)
        #expect(board.reports(of: "u0", now: self.at(10)).map(\.state) == [.closed, .halfOpen, .disabled, .closed])
        #expect(board.reports(of: "nobody", now: 0) == [])
    }

    @Test("an operator puts a key back to use")
    func enable() {
        let board = RoutingStage(keys: [1]).board
        let ticket = ProviderKeyTicket(upstream: "u0", model: "m", index: 0, pass: .ordinary)
        board.ended(ticket, .keyRefused, now: self.at(0))
        #expect(board.enable("u0", key: 0))
        #expect(board.take("u0", model: "m", now: self.at(0)) == ticket)
        #expect(!board.enable("u0", key: 1) && !board.enable("u0", key: -1) && !board.enable("nobody", key: 0))
    }

    // MARK: Another configuration

    private func upstream(_ keys: [String], name: String = "u0", port: Int = 80) -> Upstream {
        Upstream(
            name: name,
            dialect: .openai,
            baseURL: BaseURL(scheme: .http, host: "h", port: port, pathPrefix: ""),
            apiKeys: keys.map { Secret($0) }
        )
    }

    private func board(_ upstreams: Upstream..., after earlier: ProviderKeyBoard? = nil) -> ProviderKeyBoard {
        ProviderKeyBoard(upstreams: upstreams, policy: RoutingPolicy(), after: earlier)
    }

    private func states(_ board: ProviderKeyBoard, _ name: String = "u0") -> [ProviderKeyReport.State] {
        board.reports(of: name, now: self.at(0)).map(\.state)
    }

    @Test("what was learned of a key goes with it to another place of the list, and no further")
    func nextConfiguration() throws {
        let first = self.board(self.upstream(["a", "b"]))
        let ticket = ProviderKeyTicket(upstream: "u0", model: "m", index: 1, pass: .ordinary)
        first.ended(ticket, .keyRefused, now: self.at(0))
        #expect(
            self.states(self.board(self.upstream(["b", "c", "a"]), after: first)) == [.disabled, .closed, .closed]
        )
        #expect(self.states(self.board(self.upstream(["a", "c"]), after: first)) == [.closed, .closed])
        // Listed twice, it has two seats; one of them is the known one.
        #expect(self.states(self.board(self.upstream(["b", "b"]), after: first)) == [.disabled, .closed])
        let moved = self.board(self.upstream(["a", "b"], port: 81), after: first)
        #expect(self.states(moved) == [.closed, .closed], "at another address it is another provider's")
        let renamed = self.board(self.upstream(["a", "b"], name: "u1"), after: first)
        #expect(self.states(renamed, "u1") == [.closed, .closed])
        #expect(renamed.reports(of: "u0", now: self.at(0)).isEmpty)
    }

    @Test("who began under the configuration before tells the one after, also of a probe")
    func underWay() throws {
        let first = self.board(self.upstream(["a"]))
        try self.fail(first, times: 5)
        let probe = try #require(first.take("u0", model: "m", now: self.at(60)))
        let next = self.board(self.upstream(["new", "a"]), after: first)
        #expect(next.reports(of: "u0", now: self.at(60)).map(\.state) == [.closed, .halfOpen])
        first.ended(probe, .answered, now: self.at(61))
        #expect(next.reports(of: "u0", now: self.at(61)).map(\.state) == [.closed, .closed])
    }

    @Test("rules of the configuration after count for what is known of a key before")
    func otherRules() throws {
        let first = self.board(self.upstream(["a"]))
        try self.fail(first, times: 4)
        var policy = RoutingPolicy()
        policy.breaker.failures = 2
        let next = ProviderKeyBoard(upstreams: [self.upstream(["a"])], policy: policy, after: first)
        try self.fail(next, times: 1, at: 1)
        #expect(next.reports(of: "u0", now: self.at(1)).map(\.state) == [.open])
    }
}
