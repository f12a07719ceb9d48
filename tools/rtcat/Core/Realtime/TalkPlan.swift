// What a realtime talk is to be: given before it starts, never changed.

/// Which vocabulary the server speaks.
package enum RealtimeShape: Equatable, Sendable {
    case ga
    case beta
}

/// What the answers are made of; audio brings its transcript along.
package enum TalkModality: String, Equatable, Sendable, CaseIterable {
    case text
    case audio
}

/// A function the model may call, and what it always returns.
package struct TalkTool: Equatable, Sendable {
    package let name: String
    package let result: String

    /// Reads `NAME=RESULT`.
    package init?(_ text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = String(text[..<equals])
        guard !name.isEmpty, name.utf8.count <= 64, name.utf8.allSatisfy(Self.isNameByte) else { return nil }
        self.name = name
        self.result = String(text[text.index(after: equals)...])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// What the user contributes to one turn.
package enum TalkTurn: Equatable, Sendable {
    case text(String)
    case audio(SpeechAudio)
}

/// A talk before it starts.
package struct TalkPlan: Sendable {
    package var shape = RealtimeShape.ga
    package var modality = TalkModality.text
    package var instructions: String?
    /// The model, where the first message names it: in the compact vocabulary.
    package var model: String?
    /// The key, where the first message carries it and no header.
    package var key: String?
    package var voice: String?
    /// The model that writes down what the user speaks; nil for none.
    package var transcriber: String?
    package var tools: [TalkTool] = []
    /// Stream audio as fast as it plays.
    package var isPaced = true
    /// Turn the server's turn detection off and end spoken turns ourselves.
    package var disablesDetection = false
    package var limits = TalkLimits()

    package init() {}
}

/// Every bound of a talk; times are nanoseconds.
package struct TalkLimits: Equatable, Sendable {
    /// For the server's first event; then the talk starts without it.
    package var sessionWait: Int64 = 3_000_000_000
    /// Silence of the server within a turn, after which the turn has failed.
    package var answerWait: Int64 = 60_000_000_000
    /// For transcripts of what the user said, after the last turn.
    package var transcriptWait: Int64 = 3_000_000_000
    /// Without news after the server ended a spoken turn, until nothing more is expected of it.
    package var quietAfterCommit: Int64 = 500_000_000
    /// For the server to end a spoken turn, after the silence that was sent.
    package var commitWait: Int64 = 2_000_000_000
    /// Pieces of silence (100 ms each) that are sent after speech, for the server to notice its end.
    package var silentPieces = 20
    /// Pieces sent at one time where there is no pace.
    package var piecesAtOnce = 8
    /// Rounds of function calls in one turn.
    package var toolRounds = 16
    /// Notes held back while an answer is being written.
    package var heldNotes = 16
    /// Turns waiting.
    package var turns = 10_000

    package init() {}
}
