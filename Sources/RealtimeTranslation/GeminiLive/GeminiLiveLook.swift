// What passes between a Gemini Live client and its upstream when both speak the same (protocol: realtime §14): looked at for
// admission and metering, never changed, but for the name of the model in a client's first message.

package import Dialects

/// What a message of the upstream means for the turns.
package struct GeminiLiveLook: Sendable, Equatable {
    /// The model speaks or acts: the first such message begins a turn.
    package private(set) var isOutput = false
    /// Characters of base64 audio.
    package private(set) var audioBytes = 0
    /// Bytes of text, transcripts and arguments.
    package private(set) var textBytes = 0
    package private(set) var usage: RealtimeUsage?
    /// The model waits for the outputs of functions.
    package private(set) var hasCalls = false
    package private(set) var isInterrupted = false
    package private(set) var isTurnComplete = false
    package private(set) var isSetupComplete = false

    package init(_ bytes: borrowing Span<UInt8>) {
        let message = LiveServerMessage(bytes)
        isOutput = message.isOutput
        for output in message.outputs {
            switch output {
            case .audio(let range): audioBytes += max(0, range.count - 2)
            case .text(let text): textBytes += text.utf8.count
            }
        }
        textBytes += message.outputTranscription?.text.utf8.count ?? 0
        for call in message.calls { textBytes += call.arguments.utf8.count + call.name.utf8.count }
        usage = message.usage
        hasCalls = !message.calls.isEmpty
        isInterrupted = message.isInterrupted
        isTurnComplete = message.isTurnComplete
        isSetupComplete = message.isSetupComplete
    }
}

/// What a message of the client means for the turns.
package struct GeminiLiveAsk: Sendable, Equatable {
    /// The upstream will answer this message, whatever it hears next.
    package private(set) var asksForTurn = false
    /// Characters of base64 audio.
    package private(set) var audioBytes = 0
    /// Bytes of everything else that is said.
    package private(set) var textBytes = 0
    /// A setup, which there may be one of, first.
    package private(set) var isSetup = false

    package init(_ bytes: borrowing Span<UInt8>) {
        Members.visit(bytes, 0..<bytes.count) { member in
            if member.isNamed("realtimeInput", "realtime_input", in: bytes) {
                self.readInput(bytes, member)
            } else if member.isNamed("clientContent", "client_content", in: bytes) {
                self.textBytes += member.value.count
                self.asksForTurn = self.asksForTurn || Self.endsTurn(bytes, member)
            } else if member.isNamed("toolResponse", "tool_response", in: bytes) {
                self.textBytes += member.value.count
                self.asksForTurn = true
            } else if member.isNamed("setup", in: bytes) {
                self.isSetup = true
            } else {
                self.textBytes += member.value.count
            }
        }
    }

    private static func endsTurn(_ bytes: borrowing Span<UInt8>, _ content: JSONMember) -> Bool {
        var isComplete = false
        Members.visit(bytes, content.value) { member in
            if member.isNamed("turnComplete", "turn_complete", in: bytes) {
                isComplete = member.bool(in: bytes) ?? false
            }
        }
        return isComplete
    }

    private mutating func readInput(_ bytes: borrowing Span<UInt8>, _ input: JSONMember) {
        Members.visit(bytes, input.value) { member in
            if member.isNamed("text", in: bytes) {
                self.textBytes += member.value.count
                self.asksForTurn = true
            } else if member.isNamed("activityEnd", "activity_end", in: bytes) {
                self.asksForTurn = true
            } else if member.isNamed("audio", in: bytes) || member.isNamed("mediaChunks", "media_chunks", in: bytes) {
                self.audioBytes += member.value.count
            } else if member.isNamed("video", in: bytes) {
                self.textBytes += member.value.count
            }
        }
    }
}
