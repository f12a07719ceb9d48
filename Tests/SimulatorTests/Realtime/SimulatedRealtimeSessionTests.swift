// The session's face to its driver: opening, determinism, time, damage, faults.

import Dialects
import Testing

@testable import Simulator

@Suite("Realtime session")
struct SimulatedRealtimeSessionTests {
    @Test("§1.2: session.created comes at once, with the session")
    func opens() throws {
        let client = ScriptedClient()
        #expect(client.events.types == ["session.created"])
        let session = try #require(client.events.first?["session"])
        #expect(session["model"] == "sim-realtime")
        #expect(session["expires_at"] == 1_790_003_600)
        #expect(session["id"]?.string?.hasPrefix("sess_") == true)
        #expect(client.events.first?["event_id"]?.string?.hasPrefix("event_") == true)
    }

    @Test("§1: without a model: error, close 4000")
    func refusesMissingModel() {
        let client = ScriptedClient(model: "")
        #expect(client.events.first?["error"]?["code"] == "missing_model")
        #expect(client.outputs.last == .close(code: 4_000, reason: "invalid_request_error.missing_model", at: 0))
        #expect(client.session.nextDeadline == nil)
    }

    private func conversation(seed: UInt64) -> [SimulatedOutput] {
        var client = ScriptedClient(seed: seed)
        client.say("hello")
        _ = client.respond([:])
        client.send(["type": "session.update", "session": ["type": "realtime", "instructions": "x"]])
        client.say("again")
        _ = client.respond()
        return client.outputs
    }

    @Test("Same seed, events and times: same bytes; another seed: other ids")
    func isDeterministic() {
        #expect(self.conversation(seed: 1) == self.conversation(seed: 1))
        #expect(self.conversation(seed: 1) != self.conversation(seed: 2))
    }

    @Test("Event ids never repeat")
    func hasUniqueIDs() {
        let ids = ScriptedClient.events(in: self.conversation(seed: 1)).compactMap { $0["event_id"]?.string }
        #expect(Set(ids).count == ids.count)
    }

    @Test("Pieces come one by one at their times; a late timer brings all that is due, dated as due")
    func isPaced() {
        var client = ScriptedClient()
        client.say("hello")
        client.send(["type": "response.create", "response": ["output_modalities": ["text"]]])
        #expect(client.session.nextDeadline == Pace.usual.thinking)
        #expect(client.step().types.first == "response.output_item.added")
        #expect(client.step().types == ["response.output_text.delta"])
        #expect(client.session.nextDeadline == Pace.usual.thinking + 2 * Pace.usual.perPiece)
        let late = client.session.timerFired(now: 600_000_000_000)
        #expect(ScriptedClient.events(in: late).types.suffix(2) == ["response.done", "rate_limits.updated"])
        guard case .send(_, let time)? = late.first else {
            Issue.record("nothing was due")
            return
        }
        #expect(time == Pace.usual.thinking + 2 * Pace.usual.perPiece)
    }

    @Test("Audio comes about five times faster than it plays")
    func isFasterThanRealTime() {
        var client = ScriptedClient()
        client.say("hello")
        let events = client.respond([:])
        let bytes =
            events.filter { $0["type"] == "response.output_audio.delta" }
            .compactMap { $0["delta"]?.string?.utf8.count }.reduce(0, +) / 4 * 3
        let played = Double(bytes) / 48_000
        let taken = Double(client.now) / 1_000_000_000
        #expect(played > 3 * taken)
    }

    @Test("§9: after 60 minutes: session_expired, close 1001")
    func expires() {
        var client = ScriptedClient()
        #expect(client.session.nextDeadline == SimulatorLimits.sessionNanoseconds)
        let events = client.step()
        #expect(events.first?["error"]?["code"] == "session_expired")
        guard case .close(let code, _, _)? = client.outputs.last else {
            Issue.record("no close")
            return
        }
        #expect(code == 1_001)
        #expect(client.send(["type": "response.create"]).isEmpty)
        #expect(client.session.nextDeadline == nil)
    }

    // MARK: Faults

    /// A turn against a fault model; the outputs.
    private func faulty(_ model: String, text: Bool = true) -> [SimulatedOutput] {
        var client = ScriptedClient(model: model)
        client.say("one two three four five six")
        _ = client.respond(text ? ["output_modalities": ["text"]] : [:])
        return client.outputs
    }

    @Test(
        "Faults strike half-way through the first turn",
        arguments: [
            ("sim-drop-mid-turn", true), ("sim-close-4000", true), ("sim-close-1005", true), ("sim-garbage", true),
            ("sim-stall-mid-turn", false),
        ]
    )
    func breaks(_ model: String, _ hasEnd: Bool) {
        let outputs = self.faulty(model)
        let events = ScriptedClient.events(in: outputs)
        #expect(!events.joined("response.output_text.delta").isEmpty)
        #expect(events.first("response.done") == nil)
        switch (model, outputs.last) {
        case ("sim-drop-mid-turn", .cut?), ("sim-garbage", .raw?), ("sim-stall-mid-turn", .send?): break
        case ("sim-close-4000", .close(4_000, _, _)?), ("sim-close-1005", .close(1_005, _, _)?): break
        default: Issue.record("\(model) ended with \(String(describing: outputs.last))")
        }
    }

    @Test("A stalled session stays silent")
    func stalls() {
        var client = ScriptedClient(model: "sim-stall-mid-turn")
        client.say("hello")
        _ = client.respond()
        #expect(client.session.nextDeadline == nil)
        #expect(client.send(["type": "response.cancel"]).isEmpty)
    }

    @Test("sim-large: several messages above 1 MiB")
    func growsLarge() {
        let large = self.faulty("sim-large").filter { output in
            if case .send(let bytes, _) = output { bytes.count > 1_048_576 } else { false }
        }
        #expect(large.count >= 4)
    }

    @Test("sim-binary: every event is binary")
    func sendsBinary() {
        let outputs = self.faulty("sim-binary")
        #expect(outputs.count > 10)
        for output in outputs {
            guard case .sendBinary = output else {
                Issue.record("\(output)")
                return
            }
        }
    }

    @Test("sim-echo: messages come back as they went in, whatever they are")
    func echoes() {
        var client = ScriptedClient(model: "sim-echo")
        #expect(client.outputs.isEmpty)
        #expect(client.session.receive([0xFF], isBinary: true, now: 5) == [.sendBinary([0xFF], at: 5)])
        #expect(client.session.receive([], now: 6) == [.send([], at: 6)])
        #expect(client.session.nextDeadline == nil)
    }

    @Test("sim-fail-turn, sim-no-usage, sim-expire, sim-slow")
    func failsOtherwise() {
        let failed = ScriptedClient.events(in: self.faulty("sim-fail-turn")).first("response.done")?["response"]
        #expect(failed?["status"] == "failed")
        #expect(failed?["status_details"]?["error"]?["type"] == "server_error")
        let unpaid = ScriptedClient.events(in: self.faulty("sim-no-usage")).first("response.done")?["response"]
        #expect(unpaid?["status"] == "completed")
        #expect(unpaid?["usage"] == .null)
        guard case .close(1_001, _, _)? = self.faulty("sim-expire").last else {
            Issue.record("no close")
            return
        }
        var slow = ScriptedClient(model: "sim-slow")
        slow.say("hello")
        slow.send(["type": "response.create"])
        #expect(slow.session.nextDeadline == Pace.slow.thinking)
    }

    // MARK: Damage

    @Test("No prefix and no damaged byte of any event traps")
    func survivesDamage() {
        let events: [JSONValue] = [
            ["type": "session.update", "session": ["type": "realtime", "audio": ["input": ["format": nil]]]],
            [
                "type": "conversation.item.create", "previous_item_id": "root",
                "item": ["type": "message", "role": "user", "content": [["type": "input_text", "text": "hi"]]],
            ],
            ["type": "response.create", "response": ["conversation": "none", "input": [], "metadata": ["a": "b"]]],
            ["type": "input_audio_buffer.append", "audio": "AAAA"], ["type": "response.cancel"],
            ["type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 5],
        ]
        for isBeta in [false, true] {
            for event in events {
                let bytes = event.rendered
                var client = ScriptedClient(isBeta: isBeta)
                for length in 0..<bytes.count {
                    let outputs = client.session.receive(Array(bytes[..<length]), now: 0)
                    #expect(ScriptedClient.events(in: outputs).first?["type"] == "error")
                }
                for index in bytes.indices {
                    for byte in [UInt8(0), 0x22, 0x30, 0x39, 0x5B, 0x7B, 0x7D, 0xFF] {
                        var damaged = bytes
                        damaged[index] = byte
                        _ = client.session.receive(damaged, now: 0)
                    }
                }
            }
        }
    }
}
