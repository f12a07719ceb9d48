// Fault by fault, as SQLite is tested: a whole session and a whole completion while the 1st, 2nd, … n-th system call
// fails in every way its kind can, until a run meets no fault any more. Whatever failed, both sides are told or cut,
// what is begun is settled once, nothing is left, and the next client is served.

import EventLoop
import Glibc
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("The n-th system call fails under the relay", .ownThread)
struct RelayNthFaultTests {
    /// More calls than any play makes; beyond it the search for the end has gone wrong.
    private static let callLimit = 2_000
    /// Turns of 2 ms in which nothing happens before time moves on by half a second, and steps of time before a run is
    /// given up.
    private static let patience = 200
    private static let patienceAfterFault = 6
    private static let patienceWithNext = 50
    private static let stepLimit = 240

    /// What can become of a call of each kind, by its manual page.
    private static func faults(of call: FaultyCalls.Call) -> [FaultyCalls.Fault] {
        func errors(_ codes: CInt...) -> [FaultyCalls.Fault] { codes.map { .fail(SystemError($0)) } }
        switch call {
        case .receive:
            return errors(ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENOMEM, EINTR, EAGAIN) + [.short(1), .endOfStream]
        case .send, .sendGathered:
            return errors(EPIPE, ECONNRESET, ETIMEDOUT, ENOBUFS, ENOMEM, EINTR, EAGAIN) + [.short(1)]
        case .sendRoom: return errors(ENOTTY, EINVAL)
        case .openSocket: return errors(EMFILE, ENFILE, ENOBUFS, ENOMEM, EAFNOSUPPORT)
        case .accept: return errors(EMFILE, ENFILE, ECONNABORTED, EPROTO, ENOMEM, EINTR, EAGAIN)
        case .connect: return errors(ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EADDRNOTAVAIL, EAGAIN, EPERM)
        case .shutdown: return errors(ENOTCONN, ENOBUFS)
        case .close: return errors(EIO, EINTR)
        case .setOption: return errors(EINVAL, ENOPROTOOPT, ENOMEM)
        case .changePoller: return errors(ENOMEM, ENOSPC)
        case .bind, .listen: return errors(EADDRINUSE)
        case .openPoller, .waitPoller: return errors(EMFILE)
        }
    }

    @Test("every call, every error", arguments: PlayName.allCases)
    func everyCall(play: PlayName) throws {
        var runs = 0
        var nth = 1
        while nth < Self.callLimit {
            var choice = 0
            var choices = 1
            while choice < choices {
                guard let met = try self.run(play, failing: nth, choice) else {
                    // The run came to its end before the n-th call: every call has failed once.
                    #expect(nth > 15, "\(play) ended after \(nth) calls")
                    #expect(runs > 50)
                    return
                }
                choices = Self.faults(of: met).count
                choice += 1
                runs += 1
            }
            nth += 1
        }
        Issue.record("\(play) has no end")
    }

    /// One play under one fault; which call met it, nil for none.
    private func run(_ name: PlayName, failing nth: Int, _ choice: Int) throws -> FaultyCalls.Call? {
        let stage = try RelayStage { plan in
            plan.isSecure = name.isSecure
            plan.isFrontSecure = name.isSecure
        }
        var fault: FaultyCalls.Fault?
        stage.stage.calls.strike(at: nth) { call in
            let all = Self.faults(of: call)
            fault = choice < all.count ? all[choice] : nil
            return fault
        }
        let play = try name.begin(on: stage)
        let isOver = self.perform(play, on: stage)
        let met = stage.stage.calls.struck
        let comment: Comment = "\(name), call \(nth): \(met.map { "\($0)" } ?? "-") \(fault.map { "\($0)" } ?? "-")"
        #expect(isOver, comment)
        #expect(play.flaws == [], comment)
        if met == nil { #expect(play.hasSucceeded, comment) }
        let settled = stage.log.entries("session ended").count
        #expect(play.sessionsBegun.contains(settled), comment)
        #expect(stage.service.isQuiet, comment)
        try self.serveNext(name, on: stage, comment)
        play.client.cut()
        play.upstream?.cut()
        stage.expectNothingLeft()
        return met
    }

    /// The client after the unlucky one.
    private func serveNext(_ name: PlayName, on stage: RelayStage, _ comment: Comment) throws {
        // Not over a connection that the first play's upstream holds.
        stage.service.pool.closeIdle()
        let next = try name.begin(on: stage)
        #expect(self.perform(next, on: stage, patience: Self.patienceWithNext), comment)
        #expect(next.hasSucceeded, comment)
        next.client.cut()
        next.upstream?.cut()
    }

    /// Plays until the relay has let both sides go; time moves on when nothing else does.
    private func perform(
        _ play: any RelayPlay,
        on stage: RelayStage,
        patience afterFault: Int = Self.patienceAfterFault
    ) -> Bool {
        let harness = stage.stage.harness
        for _ in 0..<Self.stepLimit {
            var idle = harness.calls.idleWaits
            var turns = 0
            // Before anything went wrong nothing waits for time, only for other threads.
            let patience = harness.calls.struck == nil ? Self.patience : afterFault
            while harness.calls.idleWaits - idle < patience, turns < LoopHarness.turnLimit {
                let before = harness.calls.idleWaits
                stage.stage.step()
                play.step()
                if play.isOver, stage.service.isQuiet { return true }
                harness.loop.runOnce(timeout: .milliseconds(2))
                // Idle in a row.
                if harness.calls.idleWaits == before { idle = before }
                turns += 1
            }
            harness.clock.advance(by: .milliseconds(500))
        }
        return false
    }
}
