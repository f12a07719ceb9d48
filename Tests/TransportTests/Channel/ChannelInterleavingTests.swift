// Pauses, resumes, deliveries, back-pressure and ends in orders that nobody thought of: whatever the order, every byte
// comes once, the end behind it, and a paused channel leaves the loop asleep.

import EventLoop
import TestSupport
import Testing

@testable import Transport

@Suite("Channel, in any order", .ownThread)
struct ChannelInterleavingTests {
    enum Kind: CaseIterable {
        case plain
        case server
        case client
    }

    /// One channel under an owner who takes what it likes and changes its mind all the time.
    ///
    /// It leaves bytes only when it pauses, or takes a part and asks for more.
    final class Play {
        let stage: TransportStage
        let channel: Channel
        let owner: RecordingOwner
        let peer: ScriptedPeer
        var random: SeededRandom
        var said: [UInt8] = []
        var written: [UInt8] = []
        var isFickle = true

        init(_ kind: Kind, seed: UInt64) throws {
            var random = SeededRandom(seed: seed)
            let readBytes = [kind == .plain ? 7 : 70, 100, 4000, 64 * 1024][Int(random.next() % 4)]
            self.stage = try TransportStage { $0.readBytes = readBytes }
            switch kind {
            case .plain: (self.channel, self.owner, self.peer) = try self.stage.channel(reading: false)
            case .server: (self.channel, self.owner, self.peer) = try self.stage.secureServerChannel(reading: false)
            case .client: (self.channel, self.owner, self.peer) = try self.stage.secureClientChannel(reading: false)
            }
            self.random = random
            self.owner.appetite = { [weak self] offered in self?.appetite(offered) ?? offered }
            self.owner.onDelivery = { [weak self] _, _, _ in self?.choose() }
        }

        func chance(_ part: UInt64, _ whole: UInt64) -> Bool { self.random.next() % whole < part }
        func number(_ most: Int) -> Int { Int(self.random.next() % UInt64(most)) }

        private var isPartial = false

        private func appetite(_ offered: Int) -> Int {
            guard self.isFickle else { return offered }
            // TLS records that were under way when it paused.
            if self.channel.isReadingPaused { return 0 }
            self.isPartial = self.chance(1, 3)
            return self.isPartial ? 1 + self.number(offered) : offered
        }

        private func choose() {
            guard self.isFickle, !self.channel.isReadingPaused else { return }
            if self.isPartial {
                if self.chance(1, 2) { self.channel.pauseReading() }
                if self.chance(1, 2) || !self.channel.isReadingPaused { self.channel.resumeReading() }
            } else if self.chance(1, 3) {
                self.channel.pauseReading()
                if self.chance(1, 3) { self.channel.resumeReading() }
            }
        }

        func move() {
            switch self.number(8) {
            case 0, 1: self.channel.pauseReading()
            case 2, 3: self.channel.resumeReading()
            case 4:
                self.channel.resumeReading()
                self.channel.pauseReading()
            case 5:
                self.channel.pauseReading()
                self.channel.resumeReading()
            case 6:
                guard !self.channel.isCongested, self.channel.tls == nil || self.owner.securings > 0 else { return }
                let bytes = noise(1 + self.number(3_000), seed: self.random.next())
                // The kernel takes a part, or nothing, and the rest in a moment.
                if self.chance(1, 2) { self.stage.calls.inject(.short(1 + self.number(99)), into: .send, times: 2) }
                if self.chance(1, 2) { self.stage.calls.inject(.wouldBlock, into: .send, at: 1 + self.number(2)) }
                self.written += bytes
                self.channel.write(bytes)
            default:
                // From one owner to the next.
                guard self.channel.isReadingPaused, !self.channel.isClosed else { return }
                self.channel.owner = nil
                self.stage.stage.settle(turns: 1)
                self.channel.owner = self.owner
            }
        }

        func say() {
            let bytes = noise(1 + self.number(self.chance(1, 8) ? 150_000 : 900), seed: self.random.next())
            self.said += bytes
            self.peer.say(bytes)
        }

        func round() {
            if self.chance(1, 2) { self.say() }
            self.move()
            self.stage.stage.settle(turns: self.number(4))
            self.move()
            if self.chance(1, 2) { self.move() }
            if self.chance(1, 4), self.channel.isReadingPaused { self.expectSleep("paused") }
        }

        /// Has the handshake over, without which nothing can be said in order.
        func isSecured() -> Bool {
            if !self.peer.isSecured { self.channel.resumeReading() }
            return self.run { self.peer.isSecured }
        }

        /// Like the stage's, but gives up soon: nothing here waits for time.
        func run(until condition: () -> Bool) -> Bool {
            var (heard, idle) = (0, 0)
            while idle < 400 {
                self.stage.stage.step()
                if condition() { return true }
                self.stage.loop.runOnce(timeout: .milliseconds(2))
                let sum = self.owner.taken.count + self.peer.received.count
                idle = sum > heard ? 0 : idle + 1
                heard = sum
            }
            return false
        }

        func expectSleep(_ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
            for _ in 0..<20 where !self.stage.stage.harness.isQuiet() {}
            #expect(self.stage.stage.harness.isQuiet(), comment, sourceLocation: sourceLocation)
        }
    }

    @Test("all that was said comes, once and in order, and then the end", arguments: Kind.allCases)
    func orderlyEnd(kind: Kind) throws {
        for seed in 0..<Self.seeds {
            let play = try Play(kind, seed: seed)
            for _ in 0..<30 { play.round() }
            try #require(play.isSecured(), "\(kind) \(seed)")
            play.peer.finish()
            for _ in 0..<10 {
                play.move()
                play.stage.stage.settle(turns: play.number(3))
                if play.channel.isClosed { break }
                if play.channel.isReadingPaused, play.chance(1, 2) { play.expectSleep("\(kind) \(seed) half closed") }
            }
            let comment: Comment = "\(kind) \(seed)"
            play.isFickle = play.chance(1, 2)
            let comes = play.run {
                if play.channel.isReadingPaused { play.channel.resumeReading() }
                return !play.owner.ends.isEmpty
            }
            try #require(comes, comment)
            #expect(play.owner.ends == [.clean], comment)
            #expect(play.owner.taken.count == play.said.count, comment)
            #expect(play.owner.taken == play.said, comment)
            #expect(play.written.starts(with: play.peer.received), comment)
            play.stage.expectNothingLeft()
        }
    }

    @Test("a peer that is there hears and is heard", arguments: Kind.allCases)
    func bothWays(kind: Kind) throws {
        for seed in 0..<Self.seeds {
            let play = try Play(kind, seed: seed &+ 1_000_000)
            for _ in 0..<30 { play.round() }
            let comment: Comment = "\(kind) \(seed)"
            if play.chance(1, 2) {
                play.isFickle = false
                play.channel.resumeReading()
            }
            let comes = play.run {
                if play.isFickle, play.channel.isReadingPaused { play.channel.resumeReading() }
                return play.owner.taken.count == play.said.count && play.peer.received.count == play.written.count
            }
            try #require(comes, comment)
            #expect(play.owner.taken == play.said, comment)
            #expect(play.peer.received == play.written, comment)
            #expect(play.owner.ends.isEmpty, comment)
            if play.channel.isReadingPaused { play.channel.resumeReading() }
            play.expectSleep(comment)
            play.channel.close()
            play.stage.expectNothingLeft()
        }
    }

    @Test("a reset is told once, paused or not", arguments: Kind.allCases)
    func reset(kind: Kind) throws {
        for seed in 0..<Self.seeds {
            let play = try Play(kind, seed: seed &+ 2_000_000)
            for _ in 0..<play.number(20) { play.round() }
            let comment: Comment = "\(kind) \(seed)"
            if play.chance(1, 3) { play.peer.finish() }
            if play.chance(1, 2) { play.stage.stage.settle(turns: play.number(3)) }
            play.peer.reset()
            try #require(play.run { !play.owner.ends.isEmpty }, comment)
            play.stage.settle()
            #expect(play.owner.ends.count == 1, comment)
            #expect(play.said.starts(with: play.owner.taken), comment)
            play.stage.expectNothingLeft()
        }
    }

    @Test("who finishes is let go by a peer that goes on talking", arguments: Kind.allCases)
    func finishing(kind: Kind) throws {
        for seed in 0..<Self.seeds {
            let play = try Play(kind, seed: seed &+ 3_000_000)
            for _ in 0..<play.number(20) { play.round() }
            let comment: Comment = "\(kind) \(seed)"
            guard !play.channel.isClosed else { continue }
            play.channel.finish()
            try #require(play.run { play.peer.end != nil }, comment)
            if play.chance(1, 2) { play.say() }
            if play.peer.isSecured, play.chance(1, 2) { play.peer.finish() } else { play.peer.reset() }
            try #require(play.stage.run { play.channel.isClosed }, comment)
            #expect(play.owner.ends.isEmpty, comment)
            play.stage.expectNothingLeft()
        }
    }

    /// Enough for each rule to be met.
    private static let seeds: UInt64 = 6
}
