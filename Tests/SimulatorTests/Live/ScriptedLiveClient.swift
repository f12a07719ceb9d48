// A scripted client of Gemini Live: sends messages, moves the time, reads what came.

import Dialects
import Foundation
import Testing

@testable import Simulator

/// A connection with a hand-moved clock.
struct ScriptedLiveClient {
    var session: SimulatedLiveSession
    var now: Int64 = 0
    private(set) var outputs: [SimulatedOutput] = []

    init(memories: LiveMemories = LiveMemories(), seed: UInt64 = 7) {
        self.session = SimulatedLiveSession(seed: seed, memories: memories, now: 0)
        self.outputs = self.session.open(now: 0)
    }

    /// A connection that has been set up; `setup` is laid over a text session's.
    init(_ setup: JSONValue, model: String = "sim-live", memories: LiveMemories = LiveMemories(), seed: UInt64 = 7) {
        self.init(memories: memories, seed: seed)
        let usual: JSONValue = [
            "model": .string("models/\(model)"), "generationConfig": ["responseModalities": ["TEXT"]],
        ]
        self.send(["setup": usual.overlaid(with: setup)])
    }

    static func messages(in outputs: [SimulatedOutput]) -> [JSONValue] {
        outputs.compactMap { output in
            switch output {
            case .send(let bytes, _), .sendBinary(let bytes, _): try? JSONParser.parse(bytes)
            case .close, .cut, .raw: nil
            }
        }
    }

    var messages: [JSONValue] { Self.messages(in: self.outputs) }

    /// The close that was ordered.
    var close: (code: UInt16, reason: String)? {
        for case .close(let code, let reason, _) in self.outputs { return (code, reason) }
        return nil
    }

    @discardableResult
    mutating func send(text: String) -> [JSONValue] {
        let outputs = self.session.receive(Array(text.utf8), isBinary: false, now: self.now)
        self.outputs += outputs
        return Self.messages(in: outputs)
    }

    @discardableResult
    mutating func send(_ message: JSONValue) -> [JSONValue] { self.send(text: message.text) }

    /// Asks something as one turn.
    @discardableResult
    mutating func ask(_ text: String) -> [JSONValue] {
        self.send([
            "clientContent": ["turns": [["role": "user", "parts": [["text": .string(text)]]]], "turnComplete": true]
        ])
    }

    /// Fires timers up to so many seconds from now.
    @discardableResult
    mutating func run(seconds: Int64 = 60) -> [JSONValue] {
        let end = self.now + seconds * 1_000_000_000
        var seen: [SimulatedOutput] = []
        while let deadline = self.session.nextDeadline, deadline <= end {
            self.now = deadline
            seen += self.session.timerFired(now: deadline)
        }
        self.outputs += seen
        return Self.messages(in: seen)
    }

    /// Fires the next timer only.
    @discardableResult
    mutating func step() -> [JSONValue] {
        guard let deadline = self.session.nextDeadline else { return [] }
        self.now = deadline
        let outputs = self.session.timerFired(now: deadline)
        self.outputs += outputs
        return Self.messages(in: outputs)
    }

    /// Says something aloud, in pieces.
    @discardableResult
    mutating func speak(_ audio: [UInt8], rate: Int = 24_000, every length: Int = 4_800) -> [JSONValue] {
        var messages: [JSONValue] = []
        for start in stride(from: 0, to: audio.count, by: length) {
            let piece = Data(audio[start..<min(start + length, audio.count)]).base64EncodedString()
            messages += self.send([
                "realtimeInput": ["audio": ["data": .string(piece), "mimeType": "audio/pcm;rate=\(rate)"]]
            ])
        }
        return messages
    }
}

extension [JSONValue] {
    /// The members of all `serverContent`s of that name.
    func contents(_ name: String) -> [JSONValue] { self.compactMap { $0["serverContent"]?[name] } }

    /// What the model wrote.
    var written: String {
        self.contents("modelTurn").compactMap { $0["parts"]?.elements.first?["text"]?.string }.joined()
    }

    /// The last usage.
    var liveUsage: JSONValue? { self.last { $0["usageMetadata"] != nil }?["usageMetadata"] }
}
