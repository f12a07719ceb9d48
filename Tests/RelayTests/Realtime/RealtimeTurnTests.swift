// Turns of a running session: limits, budgets, models, rows of the ledger, and keys that end (protocol: realtime §7, §8;
// robustness B16, G7, G14).

import EventLoop
import Foundation
import SessionCore
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("Realtime turns", .ownThread)
struct RealtimeTurnTests {
    private static let create = #"{"type":"response.create","event_id":"ask"}"#

    private static func created(_ id: String) -> String { #"{"type":"response.created","response":{"id":"\#(id)"}}"# }

    private static func done(_ id: String, input: Int = 3, output: Int = 4, status: String = "completed") -> String {
        #"{"type":"response.done","response":{"id":"\#(id)","status":"\#(status)","usage":{"input_tokens":\#(input),"#
            + #""output_tokens":\#(output)}}}"#
    }

    private static func delta(_ text: String) -> String {
        #"{"type":"response.output_text.delta","response_id":"r","delta":"\#(text)"}"#
    }

    /// A thousandth of a dollar per token.
    private static func priced() -> [Model] {
        let price = TokenPrice(usdPerThousand: "1")
        var pricing = Pricing()
        pricing.prices[.input] = price
        pricing.prices[.output] = price
        return [Model(id: "talk", routes: [Route(upstream: "up0", model: "real-0")], pricing: pricing)]
    }

    private func error(_ frame: WireFrame?) throws -> ToldError {
        try ToldError(try #require(frame).payload)
    }

    @Test("a turn has its row before the client is told of its end; the session has its record")
    func rows() throws {
        let stage = try RelayStage { $0.models = Self.priced() }
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text(Self.create).masked)
        #expect(stage.wholeMessage(at: upstream)?.text == Self.create)
        for text in [Self.created("r"), Self.delta("hello"), Self.done("r")] {
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client)?.text == text)
        }
        let row = try #require(stage.ledger.rows.first)
        #expect(row.turnID == "r" && row.kind == .turn && row.status == .completed && !row.isEstimated)
        #expect(row.tokens.input == 3 && row.tokens.output == 4 && row.costMicroUSD == 7_000)
        #expect(row.model == "talk" && row.upstream == "up0" && row.upstreamModel == "real-0")
        #expect(row.firstByteMilliseconds != nil)
        client.say(WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        let record = try #require(stage.ledger.sessions.first)
        #expect(record.turns == 1 && record.closeCode == 1000 && record.sessionID == row.sessionID)
        #expect(stage.ledger.rows.count == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a response.create over the limit is told in an error event and not forwarded; the session lives on")
    func rateLimited() throws {
        let stage = try RelayStage { $0.describeKey = { $0.rpm = 1 } }
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text(Self.create).masked)
        #expect(stage.wholeMessage(at: upstream)?.text == Self.create)
        client.say(WireFrame.text(Self.create).masked + WireFrame.text("{}").masked)
        let answer = try #require(stage.wholeMessage(at: client))
        #expect(try self.error(answer).code == "rate_limit_exceeded")
        #expect(answer.text.contains(#""event_id":"ask""#))
        #expect(stage.wholeMessage(at: upstream)?.text == "{}")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("so is one that begins like the one before it")
    func rateLimitedAgain() throws {
        let stage = try RelayStage { $0.describeKey = { $0.rpm = 1 } }
        let (client, upstream) = try stage.session()
        let create =
            #"{"type":"response.create","event_id":"ask","response":{"instructions":"\#(String(repeating: "x", count: 64))"}}"#
        client.say(WireFrame.text(create).masked)
        #expect(stage.wholeMessage(at: upstream)?.text == create)
        for _ in 0..<2 {
            client.say(WireFrame.text(create).masked + WireFrame.text("{}").masked)
            #expect(try self.error(stage.wholeMessage(at: client)).code == "rate_limit_exceeded")
            #expect(stage.wholeMessage(at: upstream)?.text == "{}")
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a turn that begins by itself over the limit is cancelled upstream, and the client told")
    func unaskedOverTheLimit() throws {
        let stage = try RelayStage { $0.describeKey = { $0.rpm = 1 } }
        let (client, upstream) = try stage.session()
        for text in [Self.created("a"), Self.done("a"), Self.created("b")] {
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client)?.text == text)
        }
        #expect(try self.error(stage.wholeMessage(at: client)).code == "rate_limit_exceeded")
        let cancel = try #require(stage.wholeMessage(at: upstream)).text
        #expect(cancel.contains(#""type":"response.cancel""#) && cancel.contains(#""response_id":"b""#))
        upstream.say(WireFrame.text(Self.done("b", output: 0, status: "cancelled")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        #expect(stage.ledger.rows.map(\.status) == [.completed, .ended])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("B16: as many sessions as the key may hold, given back when one ends")
    func sessions() throws {
        let stage = try RelayStage { $0.describeKey = { $0.sessions = 1 } }
        let (client, upstream) = try stage.session()
        let refused = try stage.realtimeClient()
        let answer = try #require(stage.message(at: refused))
        #expect(answer.status == 429)
        #expect(try ToldError(answer.body).code == "too_many_sessions")
        client.say(WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        let (again, second) = try stage.session()
        stage.expectNothingLeft(client, upstream, refused, again, second)
    }

    @Test("a budget acts in the middle of a response and settles by what the upstream then tells")
    func budget() throws {
        let stage = try RelayStage {
            $0.models = Self.priced()
            $0.describeKey = { $0.budgetMicroUSD = 300_000 }
        }
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text(Self.create).masked)
        #expect(stage.wholeMessage(at: upstream) != nil)
        upstream.say(WireFrame.text(Self.created("r")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        let long = Self.delta(String(repeating: "a", count: 2_000))
        upstream.say(WireFrame.text(long).unmasked)
        #expect(stage.wholeMessage(at: client)?.text == long)
        #expect(try self.error(stage.wholeMessage(at: client)).code == "insufficient_quota")
        #expect(try #require(stage.wholeMessage(at: upstream)).text.contains("response.cancel"))
        upstream.say(WireFrame.text(Self.done("r", output: 310, status: "cancelled")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        #expect(stage.ledger.rows.map(\.status) == [.ended])
        #expect(stage.shared.limits.usage(keyID: stage.ledger.rows[0].keyID).spentMicroUSD == 313_000)
        // Nothing is left: the next turn is refused, and the session ends between turns.
        client.say(WireFrame.text(Self.create).masked)
        #expect(try self.error(stage.wholeMessage(at: client)).code == "insufficient_quota")
        stage.advance(by: .seconds(1))
        #expect(try self.error(stage.wholeMessage(at: client)).code == "insufficient_quota")
        #expect(stage.frame(at: client)?.closeCode == 1008)
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "G7: an event that names a model the key may not use is refused, whole or in fragments",
        arguments: [true, false]
    )
    func forbiddenModel(isWhole: Bool) throws {
        let stage = try RelayStage { $0.describeKey = { $0.models = ["talk"] } }
        let (client, upstream) = try stage.session()
        let event = #"{"session":{"model":"secret-model"},"event_id":"u1","type":"session.update"}"#
        if isWhole {
            client.say(WireFrame.text(event).masked)
        } else {
            client.say(
                WireFrame(1, Array(event.utf8.prefix(30)), isFinal: false).masked
                    + WireFrame.continuation(Array(event.utf8.dropFirst(30))).masked
            )
        }
        let answer = try #require(stage.wholeMessage(at: client))
        #expect(try self.error(answer).code == "model_not_allowed")
        #expect(answer.text.contains(#""event_id":"u1""#))
        let allowed = #"{"type":"session.update","session":{"model":"talk"}}"#
        client.say(WireFrame.text(allowed).masked)
        #expect(stage.wholeMessage(at: upstream)?.text == allowed)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("G7, G10: where models are restricted, an event that begins like audio is still looked at to its end")
    func secondType() throws {
        let stage = try RelayStage { $0.describeKey = { $0.models = ["talk"] } }
        let (client, upstream) = try stage.session()
        let audio = #"{"type":"input_audio_buffer.append","audio":"\#(String(repeating: "A", count: 80))""#
        for _ in 0..<3 {
            // What was refused did not go on before it.
            client.say(WireFrame.text(audio + "}").masked)
            #expect(stage.wholeMessage(at: upstream)?.text == audio + "}")
            let other = audio + #","type":"session.update","session":{"model":"secret-model"}}"#
            client.say(WireFrame.text(other).masked)
            #expect(try self.error(stage.wholeMessage(at: client)).code == "invalid_event")
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("who looks on sees every event, also those like the one before")
    func watchedEvents() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let id = try #require(stage.service.liveSessions().first).id
        let audio = #"{"type":"input_audio_buffer.append","audio":"\#(String(repeating: "A", count: 80))"}"#
        let say = {
            client.say(WireFrame.text(audio).masked)
            #expect(stage.wholeMessage(at: upstream)?.text == audio)
        }
        say()
        #expect(stage.service.watchedEvents(id: id) == [])
        for count in 1...3 {
            say()
            let events = try #require(stage.service.watchedEvents(id: id))
            #expect(events.map(\.type) == Array(repeating: "input_audio_buffer.append", count: count))
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that leaves in mid-response: the response is cancelled and its real usage awaited")
    func clientLeaves() throws {
        let stage = try RelayStage { $0.models = Self.priced() }
        let (client, upstream) = try stage.session()
        upstream.say(WireFrame.text(Self.created("r")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        client.reset()
        #expect(try #require(stage.wholeMessage(at: upstream)).text.contains(#""response_id":"r""#))
        #expect(stage.ledger.rows.isEmpty)
        upstream.say(WireFrame.text(Self.done("r", status: "cancelled")).unmasked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        let row = try #require(stage.ledger.rows.first)
        #expect(row.status == .clientGone && !row.isEstimated && row.costMicroUSD == 7_000)
        #expect(stage.ledger.sessions.first?.cause == "client_lost")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that then tells nothing is held only so long, and the turn estimated")
    func held() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        for text in [Self.created("r"), Self.delta("some words")] {
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client) != nil)
        }
        client.say(WireFrame.close(1000).masked)
        #expect(stage.wholeMessage(at: upstream) != nil)
        stage.advance(by: .seconds(9))
        #expect(stage.service.sessionCount == 1)
        stage.advance(by: .seconds(1))
        #expect(stage.run { stage.service.sessionCount == 0 })
        let row = try #require(stage.ledger.rows.first)
        #expect(row.status == .clientGone && row.isEstimated && row.tokens.output > 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that is lost in mid-response leaves an estimate")
    func upstreamLost() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        for text in [Self.created("r"), Self.delta("some words")] {
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client) != nil)
        }
        upstream.reset()
        #expect(try self.error(stage.wholeMessage(at: client)).code == "bad_gateway")
        let row = try #require(stage.ledger.rows.first)
        #expect(row.status == .upstreamLost && row.isEstimated && row.tokens.output == 3)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("C13: a client that stays at one message in mid-response leaves its place once, and a turn that is settled")
    func overdueClient() throws {
        let stage = try RelayStage {
            $0.limits.messageTimeout = .seconds(20)
            $0.describeKey = { $0.sessions = 1 }
        }
        let (client, upstream) = try stage.session()
        upstream.say(WireFrame.text(Self.created("r")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        let key = try #require(stage.service.liveSessions().first).keyID
        client.say(WireFrame.binary([1], isFinal: false).masked)
        stage.settle()
        for _ in 0..<2 {
            client.say(WireFrame.pong().masked)
            upstream.say(WireFrame.pong().unmasked)
            stage.advance(by: .seconds(20))
        }
        #expect(stage.service.sessionCount == 1 && stage.service.shared.limits.usage(keyID: key).sessions == 0)
        upstream.say(WireFrame.text(Self.done("r")).unmasked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        #expect(stage.service.shared.limits.usage(keyID: key).sessions == 0)
        #expect(stage.ledger.rows.map(\.status) == [.clientGone])
        #expect(stage.ledger.sessions.map(\.cause) == ["client_message_overdue"])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("C13: an upstream that stays at one message in mid-response leaves an estimate")
    func overdueUpstream() throws {
        let stage = try RelayStage { $0.limits.messageTimeout = .seconds(20) }
        let (client, upstream) = try stage.session()
        for text in [Self.created("r"), Self.delta("some words")] {
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client) != nil)
        }
        upstream.say(WireFrame.text("{", isFinal: false).unmasked)
        stage.settle()
        for _ in 0..<2 {
            client.say(WireFrame.pong().masked)
            upstream.say(WireFrame.pong().unmasked)
            stage.advance(by: .seconds(20))
        }
        #expect(stage.ledger.rows.map(\.status) == [.upstreamLost])
        #expect(stage.ledger.sessions.map(\.cause) == ["upstream_message_overdue"])
        // Within its message no event may be said (RFC 6455 §5.4): the code alone tells why.
        var last: WireFrame?
        #expect(
            stage.run {
                while let frame = client.takeFrame() { last = frame }
                return last?.opcode == 8
            }
        )
        #expect(last?.closeCode == 1014)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("G14: a key that is revoked ends its sessions within seconds, a response under way being let finish")
    func revoked() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        upstream.say(WireFrame.text(Self.created("r")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        stage.store.change { $0.revokedAt = Date(timeIntervalSince1970: 1) }
        #expect(stage.settled(after: .seconds(2)))
        #expect(stage.run { stage.service.liveSessions().first?.state == .responding })
        #expect(stage.settled(after: .seconds(2)))
        client.say(WireFrame.text(Self.create).masked)
        #expect(try self.error(stage.wholeMessage(at: client)).code == "api_key_revoked")
        upstream.say(WireFrame.text(Self.done("r")).unmasked)
        #expect(stage.wholeMessage(at: client)?.text == Self.done("r"))
        #expect(try self.error(stage.wholeMessage(at: client)).code == "api_key_revoked")
        #expect(stage.frame(at: client)?.closeCode == 3000)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("changed limits count from the next turn on")
    func changedLimits() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text(Self.create).masked)
        #expect(stage.wholeMessage(at: upstream) != nil)
        stage.store.change { $0.rpm = 0 }
        let finds = { stage.service.liveSessions().count == 1 && stage.settled(after: .seconds(1)) }
        for _ in 0..<3 { #expect(finds()) }
        client.say(WireFrame.text(Self.create).masked)
        #expect(try self.error(stage.wholeMessage(at: client)).code == "rate_limit_exceeded")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("B16: the place of a client that leaves in mid-response comes back once, while the upstream is still held")
    func placeOfOneWhoLeft() throws {
        let stage = try RelayStage { $0.describeKey = { $0.sessions = 1 } }
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text(Self.create).masked)
        #expect(stage.wholeMessage(at: upstream) != nil)
        upstream.say(WireFrame.text(Self.created("r")).unmasked)
        #expect(stage.wholeMessage(at: client) != nil)
        let key = try #require(stage.service.liveSessions().first).keyID
        #expect(stage.service.shared.limits.usage(keyID: key).sessions == 1)
        client.say(WireFrame.close(1000).masked)
        #expect(stage.wholeMessage(at: upstream)?.text.contains("response.cancel") == true)
        #expect(stage.service.sessionCount == 1 && stage.service.shared.limits.usage(keyID: key).sessions == 0)
        upstream.say(WireFrame.text(Self.done("r", output: 3, status: "cancelled")).unmasked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        #expect(stage.service.shared.limits.usage(keyID: key).sessions == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a session that is listed twice began once")
    func startIsAFact() throws {
        let stage = try RelayStage()
        // The loop's clock stands still here, and so must the other.
        let today = Date()
        stage.service.wallClock = WallClock(today: { today })
        let (client, upstream) = try stage.session()
        let first = try #require(stage.service.liveSessions().first)
        client.say(WireFrame.text(#"{"type":"response.cancel"}"#).masked)
        #expect(stage.wholeMessage(at: upstream) != nil)
        #expect(stage.service.liveSessions().first?.startedAt == first.startedAt)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an operator sees a session and ends it")
    func endedByOperator() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let live = try #require(stage.service.liveSessions().first)
        #expect(live.state == .idle && live.model == "talk" && live.kind == .realtime)
        #expect(!stage.service.end(id: "sess_0"))
        #expect(stage.service.end(id: live.id))
        #expect(try self.error(stage.wholeMessage(at: client)).code == "session_ended")
        #expect(stage.frame(at: client)?.closeCode == 1008)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§7: a transcription has a row of its own, by tokens or by time")
    func transcription() throws {
        let stage = try RelayStage { $0.models = Self.priced() }
        let (client, upstream) = try stage.session()
        for usage in [#"{"type":"tokens","input_tokens":5,"output_tokens":2}"#, #"{"type":"duration","seconds":1.9}"#] {
            let text =
                #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"item","usage":\#(usage)}"#
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client)?.text == text)
        }
        let rows = stage.ledger.rows
        #expect(rows.map(\.kind) == [.transcription, .transcription] && rows.map(\.turnID) == ["item", "item"])
        #expect(rows[0].tokens.total == 7 && rows[0].costMicroUSD == 7_000)
        #expect(rows[1].tokens.audioMilliseconds == 1_900 && !rows[1].isEstimated)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§7: a transcription without usage is estimated by the audio that came before anything was asked for")
    func transcriptionOfWhatWasHeard() throws {
        let stage = try RelayStage { $0.models = Self.priced() }
        let (client, upstream) = try stage.session()
        let audio = String(repeating: "A", count: 64_000)
        let append = #"{"type":"input_audio_buffer.append","audio":"\#(audio)"}"#
        let settings =
            #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"transcription":{"model":"ear"}}}}}"#
        // The first of a run is read, the next known by its beginning.
        for event in [append, append, settings, append, append] {
            client.say(WireFrame.text(event).masked)
            #expect(stage.wholeMessage(at: upstream) != nil)
        }
        let told = #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"item"}"#
        upstream.say(WireFrame.text(told).unmasked)
        #expect(stage.wholeMessage(at: client)?.text == told)
        let row = try #require(stage.ledger.rows.first)
        #expect(row.kind == .transcription && row.isEstimated && row.upstreamModel == "ear")
        let heard = TokenEstimate.audioIn(base64Bytes: 4 * audio.utf8.count)
        #expect(abs(row.tokens.inputAudio - heard) <= 1)
        stage.expectNothingLeft(client, upstream)
    }
}

extension RelayStage {
    /// Lets time pass, and what it starts elsewhere come back.
    fileprivate func settled(after duration: Duration) -> Bool {
        self.advance(by: duration)
        return self.run { !self.service.keyWatch.isAsking }
    }
}

extension RecordingLedger {
    /// The sessions that have ended.
    fileprivate var sessions: [SessionRecord] {
        self.entries.compactMap { entry in
            guard case .session(let record) = entry else { return nil }
            return record
        }
    }
}
