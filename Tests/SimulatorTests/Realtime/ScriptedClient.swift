// A scripted client for realtime tests: sends events, moves the time, reads what came.

import Dialects
import Foundation
import Testing

@testable import Simulator

/// A session with a hand-moved clock.
struct ScriptedClient {
    var session: SimulatedRealtimeSession
    var now: Int64 = 0
    /// All outputs so far.
    private(set) var outputs: [SimulatedOutput] = []

    init(model: String = "sim-realtime", isTranscription: Bool = false, isBeta: Bool = false, seed: UInt64 = 42) {
        let opening = RealtimeOpening(model: model, isTranscription: isTranscription, isBeta: isBeta)
        self.session = SimulatedRealtimeSession(opening: opening, seed: seed, unixTime: 1_790_000_000, now: 0)
        self.outputs = self.session.open(now: 0)
    }

    static func events(in outputs: [SimulatedOutput]) -> [JSONValue] {
        outputs.compactMap { output in
            switch output {
            case .send(let bytes, _), .sendBinary(let bytes, _): try? JSONParser.parse(bytes)
            case .close, .cut, .raw: nil
            }
        }
    }

    /// All events so far.
    var events: [JSONValue] { Self.events(in: self.outputs) }

    /// Sends text and returns the events it brought at once.
    @discardableResult
    mutating func send(text: String) -> [JSONValue] {
        let outputs = self.session.receive(Array(text.utf8), now: self.now)
        self.outputs += outputs
        return Self.events(in: outputs)
    }

    @discardableResult
    mutating func send(_ event: JSONValue) -> [JSONValue] {
        self.send(text: event.text)
    }

    /// Fires timers until no response or transcription is under way, at most an hour of session time.
    @discardableResult
    mutating func run() -> [JSONValue] {
        var seen: [SimulatedOutput] = []
        while let deadline = self.session.nextDeadline, deadline < SimulatorLimits.sessionNanoseconds {
            self.now = deadline
            seen += self.session.timerFired(now: deadline)
        }
        self.outputs += seen
        return Self.events(in: seen)
    }

    /// Fires the next timer only.
    @discardableResult
    mutating func step() -> [JSONValue] {
        guard let deadline = self.session.nextDeadline else { return [] }
        self.now = deadline
        let outputs = self.session.timerFired(now: deadline)
        self.outputs += outputs
        return Self.events(in: outputs)
    }

    /// Fires the next timer if it is due within so many seconds.
    mutating func step(unlessBeyond seconds: Int64) -> [JSONValue] {
        guard let deadline = self.session.nextDeadline, deadline <= self.now + seconds * 1_000_000_000 else {
            return []
        }
        return self.step()
    }

    /// Says something as the user and returns the item's events.
    @discardableResult
    mutating func say(_ text: String) -> [JSONValue] {
        self.send([
            "type": "conversation.item.create",
            "item": ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]],
        ])
    }

    /// Asks for a response and runs it to its end; all its events.
    mutating func respond(_ overrides: JSONValue = ["output_modalities": ["text"]]) -> [JSONValue] {
        let first = self.send(["type": "response.create", "response": overrides])
        return first + self.run()
    }

    /// Appends audio in pieces of so many bytes.
    @discardableResult
    mutating func append(_ audio: [UInt8], every length: Int = 4_800) -> [JSONValue] {
        var events: [JSONValue] = []
        for start in stride(from: 0, to: audio.count, by: length) {
            let piece = Data(audio[start..<min(start + length, audio.count)])
            events += self.send([
                "type": "input_audio_buffer.append", "audio": .string(piece.base64EncodedString()),
            ])
        }
        return events
    }

    /// A spoken sentence between silences, PCM16 at 24 kHz.
    static let utterance: [UInt8] = {
        let voice = SpeechSynthesizer(format: .pcm, voice: "cedar", speed: 1)
        let silence = [UInt8](repeating: 0, count: 48 * 700)
        return silence + ["good", " morning", " to", " you"].flatMap(voice.audio) + silence
    }()
}

extension [JSONValue] {
    var types: [String] { self.compactMap { $0["type"]?.string } }

    /// The types with runs of the same type told once.
    var order: [String] {
        self.types.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    func first(_ type: String) -> JSONValue? {
        self.first { $0["type"]?.string == type }
    }

    func joined(_ type: String, _ member: String = "delta") -> String {
        self.filter { $0["type"]?.string == type }.compactMap { $0[member]?.string }.joined()
    }
}
