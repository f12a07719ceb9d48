// Limits and the ledger of HTTP exchanges: what is told in headers, what is refused, and the one row that each exchange
// leaves, whichever way it ends.

import Dialects
import EventLoop
import SessionCore
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("ExchangeMeter", .ownThread)
struct ExchangeMeterTests {
    private static let prices = Pricing(
        [.input: "1", .cachedInput: "0.5", .output: "2"].compactMapValues { TokenPrice(usdPerThousand: $0) }
    )
    private static let told =
        #"{"id":"a","choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":10,"completion_tokens":4,"#
        + #""prompt_tokens_details":{"cached_tokens":6}}}"#
    /// 4×1 + 6×0.5 + 4×2 thousandths of a dollar.
    private static let toldCost: Int64 = 15_000

    /// How often the relay has sent anything.
    ///
    /// Test, loop and ledger share one thread.
    private final class Sends: @unchecked Sendable {
        private let calls: FaultyCalls

        init(calls: FaultyCalls) { self.calls = calls }

        var count: Int { [.send, .sendGathered, .sendRoom].reduce(0) { $0 + self.calls.count(of: $1) } }
    }

    private func stage(_ adjust: @escaping (inout RelayPlan) -> Void = { _ in }) throws -> RelayStage {
        try RelayStage { plan in
            plan.describeModel = { $0.pricing = Self.prices }
            plan.describeKey = {
                $0.rpm = 10
                $0.tpm = 10_000
                $0.budgetMicroUSD = 10_000_000
            }
            adjust(&plan)
        }
    }

    private func row(of stage: RelayStage) throws -> LedgerRow {
        #expect(stage.ledger.entries.count == 1)
        #expect(stage.limits.usage(keyID: stage.keyID).reservedMicroUSD == 0)
        return try #require(stage.ledger.rows.first)
    }

    // MARK: Rows

    @Test("a whole answer: tokens, cost and rates as the upstream told", arguments: [false, true])
    func whole(isLarge: Bool) throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat()
        let padding = isLarge ? #","pad":"\#(String(repeating: "x", count: 300_000))"}"# : "}"
        upstream.say(ChatScript.answer(200, Self.told.dropLast() + padding))
        let answer = try #require(stage.message(at: client))
        #expect(answer.head["x-ratelimit-limit-requests"] == "10")
        #expect(answer.head["x-ratelimit-remaining-requests"] == "9")
        #expect(answer.head["x-ratelimit-reset-requests"] == "6s")
        // What fits is told with what was used; what passes through, with what was set aside.
        #expect(isLarge || answer.head["x-ratelimit-remaining-tokens"] == "9986")
        let row = try self.row(of: stage)
        #expect(row.kind == .exchange && row.status == .completed && row.httpStatus == 200)
        #expect(row.tokens.inputText == 10 && row.tokens.cachedText == 6 && row.tokens.outputText == 4)
        #expect(row.costMicroUSD == Self.toldCost && !row.isEstimated)
        #expect(row.keyID == stage.keyID && row.model == "talk" && row.upstream == "up0")
        #expect(row.upstreamModel == "real-0" && row.turnID.isEmpty && row.sessionID.hasPrefix("sess_"))
        #expect(answer.head["x-request-id"] == row.requestID)
        #expect(stage.limits.usage(keyID: stage.keyID) == KeyUsageNow(spentMicroUSD: Self.toldCost))
        #expect(stage.limits.usage(accountID: "default").spentMicroUSD == Self.toldCost)
        stage.expectNothingLeft(client, upstream)
    }

    enum End: CaseIterable, Sendable {
        case done, lastChunk, length, error
    }

    @Test("the row is there before anything that a client could take for the end is written", arguments: End.allCases)
    func order(end: End) throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat(
            end == .done || end == .error ? ChatScript.streamed : ChatScript.plain
        )
        let sends = Sends(calls: stage.stage.calls)
        let sendsAtAppend = Mutex(-1)
        stage.ledger.onAppend { _ in sendsAtAppend.withLock { $0 = sends.count } }
        let begun: String
        let last: String
        let large = #"{"pad":"\#(String(repeating: "x", count: 100_000))","#
        switch end {
        case .done:
            begun = ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.usage)
            last = ChatScript.chunk(ChatScript.done) + ChatScript.lastChunk
        case .error:
            begun = ChatScript.streamHead + ChatScript.chunk(ChatScript.delta)
            last = ChatScript.chunk("data: \(ChatScript.error("theirs"))\n\n") + ChatScript.lastChunk
        case .lastChunk:
            begun =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ChatScript.chunk(large + #""usage":{"prompt_tokens":1}}"#)
            last = ChatScript.lastChunk
        case .length:
            let rest = #""usage":{"prompt_tokens":1}}"#
            begun = "HTTP/1.1 200 OK\r\nContent-Length: \(large.utf8.count + rest.utf8.count)\r\n\r\n" + large
            last = rest
        }
        upstream.say(begun)
        _ = stage.run { stage.stage.harness.isQuiet() }
        stage.settle()
        #expect(stage.ledger.entries.isEmpty)
        let before = sends.count
        upstream.say(last)
        _ = try #require(stage.message(at: client))
        #expect(sendsAtAppend.withLock { $0 } == before && sends.count > before)
        #expect(try self.row(of: stage).isEstimated == (end == .error))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a stream's last usage counts, also when the client did not ask for it")
    func streamed() throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        #expect(stage.run { client.text.hasSuffix(ChatScript.chunk(ChatScript.delta)) })
        stage.advance(by: .milliseconds(250))
        upstream.say(ChatScript.chunk(ChatScript.usage + ChatScript.done) + ChatScript.lastChunk)
        let answer = try #require(stage.message(at: client))
        #expect(answer.head["x-ratelimit-remaining-requests"] == "9")
        let row = try self.row(of: stage)
        #expect(row.status == .completed && row.tokens.inputText == 3 && row.tokens.outputText == 4)
        #expect(row.firstByteMilliseconds == 0 && row.durationMilliseconds == 250)
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "zeros and silence are filled by an estimate that is marked",
        arguments: ["", #""usage":{"prompt_tokens":0},"#]
    )
    func estimated(usage: String) throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(200, #"{\#(usage)"choices":[{"message":{"content":"0123456789"}}]}"#))
        _ = try #require(stage.message(at: client))
        let row = try self.row(of: stage)
        #expect(row.isEstimated && row.tokens.outputText == 3)
        #expect(row.tokens.inputText == TokenEstimate.text(bytes: ChatScript.plain.utf8.count))
        stage.expectNothingLeft(client, upstream)
    }

    enum Abort: CaseIterable, Sendable {
        case clientEarly, clientLate, upstreamCut, upstreamEnded
    }

    @Test("who breaks off leaves a row with an estimate, and nothing set aside", arguments: Abort.allCases)
    func aborted(how: Abort) throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        if how != .clientEarly {
            upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
            #expect(stage.run { client.text.hasSuffix(ChatScript.chunk(ChatScript.delta)) })
        }
        switch how {
        case .clientEarly, .clientLate: client.reset()
        case .upstreamCut: upstream.reset()
        case .upstreamEnded: upstream.say(ChatScript.lastChunk)
        }
        #expect(stage.run { stage.service.isQuiet })
        let row = try self.row(of: stage)
        let isClient = how == .clientEarly || how == .clientLate
        #expect(row.status == (isClient ? .clientGone : .upstreamLost))
        #expect(row.httpStatus == (how == .clientEarly ? nil : 200))
        #expect(row.isEstimated && row.tokens.inputText > 0)
        #expect(row.tokens.outputText == (how == .clientEarly ? 0 : 1))
        #expect(stage.limits.usage(keyID: stage.keyID).spentMicroUSD == row.costMicroUSD)
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "a relay that stops lets an exchange go on for a while, then ends it and writes it down",
        arguments: [0, 1, 2]
    )
    func drained(stage number: Int) throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat(number == 2 ? ChatScript.plain : ChatScript.streamed)
        let large = #"{"choices":[{"message":{"content":"\#(String(repeating: "x", count: 100_000))""#
        switch number {
        case 1: upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        case 2: upstream.say("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + large)
        default: break
        }
        #expect(stage.run { number == 0 || client.heardCount > (number == 1 ? 0 : 90_000) })
        stage.settle()
        stage.service.drain()
        stage.advance(by: .seconds(6))
        #expect(!stage.service.isQuiet && stage.ledger.entries.isEmpty)
        stage.advance(by: .seconds(1))
        #expect(stage.service.isQuiet)
        let row = try self.row(of: stage)
        #expect(row.status == .ended && row.isEstimated && row.httpStatus == (number == 0 ? 503 : 200))
        if number == 1 {
            #expect(try #require(stage.message(at: client)).text.contains(#""code":"service_unavailable""#))
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a whole answer that breaks off is lost")
    func wholeLost() throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat()
        let large = #"{"choices":[{"message":{"content":"\#(String(repeating: "x", count: 100_000))""#
        upstream.say("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + large)
        #expect(stage.run { client.heardCount > 90_000 })
        upstream.reset()
        #expect(stage.run { stage.service.isQuiet })
        let row = try self.row(of: stage)
        #expect(row.status == .upstreamLost && row.isEstimated && row.tokens.outputText >= 25_000)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a refusal by the upstream costs a request and no money; rates are told with it")
    func refused() throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(400, ChatScript.error("bad_thing")))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 400)
        #expect(answer.head["x-ratelimit-remaining-requests"] == "9")
        #expect(answer.head["x-ratelimit-remaining-tokens"] == "10000")
        let row = try self.row(of: stage)
        #expect(row.status == .failed && row.httpStatus == 400 && row.tokens.isEmpty && !row.isEstimated)
        #expect(row.costMicroUSD == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("what reached no upstream costs nothing at all")
    func unreachable() throws {
        let stage = try self.stage { $0.describeUpstream = { $0.baseURL.port = 1 } }
        let answer = try stage.ask("POST", ChatScript.path, body: ChatScript.plain)
        #expect(answer.status == 502)
        #expect(answer.head["x-ratelimit-remaining-requests"] == "10")
        let row = try self.row(of: stage)
        #expect(row.status == .failed && row.httpStatus == 502 && row.tokens.isEmpty)
        #expect(stage.limits.usage(keyID: stage.keyID) == KeyUsageNow())
        stage.expectNothingLeft()
    }

    @Test("the row names the route that served")
    func failOver() throws {
        let stage = try self.stage { $0.upstreams = 2 }
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(503, ChatScript.error("busy")))
        let second = try #require(stage.upstream(1))
        _ = try #require(stage.message(at: second))
        second.say(ChatScript.answer(200, Self.told))
        _ = try #require(stage.message(at: client))
        let row = try self.row(of: stage)
        #expect(row.upstream == "up1" && row.upstreamModel == "real-1" && row.costMicroUSD == Self.toldCost)
        stage.expectNothingLeft(client, upstream, second)
    }

    // MARK: Limits

    @Test("beyond the rate: 429, retry-after and the rates, no row, no upstream")
    func rate() throws {
        let stage = try self.stage { $0.describeKey = { $0.rpm = 1 } }
        let (client, upstream, _) = try stage.chat()
        let refused = try stage.ask("POST", ChatScript.path, body: ChatScript.plain)
        #expect(refused.status == 429)
        #expect(try ToldError(refused.body).code == "rate_limit_exceeded")
        #expect(refused.head["retry-after"] == "60" && refused.head["x-should-retry"] == nil)
        #expect(refused.head.values("x-ratelimit-remaining-requests") == ["0"])
        #expect(stage.ledger.entries.isEmpty && stage.dials == 1)
        upstream.say(ChatScript.answer(200, Self.told))
        _ = try #require(stage.message(at: client))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("beyond the budget: 429 that is not to be tried again", arguments: [false, true])
    func budget(ofAccount: Bool) throws {
        let stage = try self.stage { plan in
            plan.describeKey = { $0.budgetMicroUSD = ofAccount ? nil : 1 }
            plan.account.limits.budgetMicroUSD = ofAccount ? 1 : nil
        }
        let (client, upstream, _) = try stage.chat()
        // All there is is set aside for the first, so the second is refused while it runs.
        #expect(try stage.ask("POST", ChatScript.path, body: ChatScript.plain).status == 429)
        upstream.say(ChatScript.answer(200, Self.told))
        _ = try #require(stage.message(at: client))
        let refused = try stage.ask("POST", ChatScript.path, body: ChatScript.plain)
        #expect(refused.status == 429)
        let error = try ToldError(refused.body)
        #expect(error.code == "insufficient_quota" && error.type == "insufficient_quota")
        #expect(refused.head["x-should-retry"] == "false" && refused.head["retry-after"] != nil)
        #expect(stage.ledger.rows.count == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("without limits no rates are told")
    func unlimited() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(200, Self.told))
        let answer = try #require(stage.message(at: client))
        #expect(answer.head["x-ratelimit-limit-requests"] == nil && answer.head["x-ratelimit-limit-tokens"] == nil)
        #expect(try self.row(of: stage).costMicroUSD == 0)
        stage.expectNothingLeft(client, upstream)
    }

    // MARK: Classes

    @Test("usage by class never counts a token twice (http §1.3)")
    func classes() {
        var usage = ChatUsage(promptTokens: 20, completionTokens: 9, totalTokens: 29, cachedTokens: 16)
        usage.promptAudioTokens = 6
        usage.promptImageTokens = 4
        usage.completionAudioTokens = 5
        let counts = TokenCounts(usage)
        #expect(counts.inputText == 10 && counts.inputAudio == 6 && counts.inputImage == 4)
        #expect(counts.cachedText == 10 && counts.cachedAudio == 6 && counts.cachedImage == 0)
        #expect(counts.outputText == 4 && counts.outputAudio == 5)
        usage.promptAudioTokens = 99
        usage.cachedTokens = 99
        usage.completionAudioTokens = 99
        let hostile = TokenCounts(usage)
        #expect(hostile.input == 20 && hostile.output == 9 && hostile.cached == 20 && hostile.inputText == 0)
    }
}
