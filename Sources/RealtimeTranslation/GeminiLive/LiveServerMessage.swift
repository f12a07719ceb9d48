// A message of a Gemini Live upstream (protocol: realtime §14.3), read in place: audio stays where it is, as a range.
//
// Several keys may share one message, and names may be in camelCase or snake_case, as in all of Google's JSON. What cannot
// be read, or is not known, says nothing.

package import Dialects

extension JSONMember {
    /// Whether the name is this one, in either of the two spellings that Google takes.
    func isNamed(_ camel: StaticString, _ snake: StaticString, in bytes: borrowing Span<UInt8>) -> Bool {
        isNamed(camel, in: bytes) || isNamed(snake, in: bytes)
    }
}

/// What one message of the upstream says, apart by meaning.
package struct LiveServerMessage: Sendable, Equatable {
    /// A piece of what the model says.
    package enum Output: Sendable, Equatable {
        /// Where the base64 text stands in the message, quotation marks included.
        case audio(Range<Int>)
        case text(String)
    }

    /// A function that the model calls.
    package struct Call: Sendable, Equatable {
        package var id: String?
        package var name = ""
        /// A JSON object as it was written.
        package var arguments = "{}"
    }

    package struct Transcription: Sendable, Equatable {
        package var text = ""
        package var isFinished = false
    }

    /// A place to come back to.
    package struct Resumption: Sendable, Equatable {
        package var handle: String?
        package var isResumable = false
        /// The last of the client's messages that the place includes; the setup is 0.
        package var lastConsumed: Int?
    }

    /// What the upstream's own voice detection says of the user.
    package enum Activity: Sendable, Equatable {
        case start
        case end
    }

    package internal(set) var isSetupComplete = false
    package internal(set) var usage: RealtimeUsage?
    package internal(set) var inputTranscription: Transcription?
    package internal(set) var outputs: [Output] = []
    package internal(set) var outputTranscription: Transcription?
    package internal(set) var isInterrupted = false
    package internal(set) var isGenerationComplete = false
    package internal(set) var isTurnComplete = false
    package internal(set) var calls: [Call] = []
    package internal(set) var cancelledCalls: [String] = []
    package internal(set) var resumption: Resumption?
    /// Milliseconds until the upstream closes the connection; nil where it said nothing of going, 0 where it gave no time.
    package internal(set) var millisecondsLeft: Int?
    package internal(set) var activity: Activity?

    /// Whether the model speaks or acts here: the first such message begins a turn.
    package var isOutput: Bool { !outputs.isEmpty || outputTranscription != nil || !calls.isEmpty }

    package init(_ bytes: borrowing Span<UInt8>) {
        Members.visit(bytes, 0..<bytes.count) { member in
            self.read(member, bytes)
        }
    }

    private mutating func read(_ member: JSONMember, _ bytes: borrowing Span<UInt8>) {
        guard member.kind == .object else { return }
        if member.isNamed("serverContent", "server_content", in: bytes) {
            readContent(bytes, member.value)
        } else if member.isNamed("usageMetadata", "usage_metadata", in: bytes) {
            usage = LiveUsage.read(bytes, member.value)
        } else if member.isNamed("toolCall", "tool_call", in: bytes) {
            readCalls(bytes, member.value)
        } else if member.isNamed("toolCallCancellation", "tool_call_cancellation", in: bytes) {
            readCancellation(bytes, member.value)
        } else if member.isNamed("setupComplete", "setup_complete", in: bytes) {
            isSetupComplete = true
        } else if member.isNamed("sessionResumptionUpdate", "session_resumption_update", in: bytes) {
            resumption = Resumption(bytes, member.value)
        } else if member.isNamed("goAway", "go_away", in: bytes) {
            readGoAway(bytes, member.value)
        } else if member.isNamed("voiceActivity", "voice_activity", in: bytes) {
            readActivity(bytes, member.value)
        }
    }

    // MARK: Content

    private mutating func readContent(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(bytes, range) { member in
            if member.isNamed("modelTurn", "model_turn", in: bytes) {
                self.readTurn(bytes, member)
            } else if member.isNamed("inputTranscription", "input_transcription", in: bytes) {
                self.inputTranscription = Transcription(bytes, member)
            } else if member.isNamed("outputTranscription", "output_transcription", in: bytes) {
                self.outputTranscription = Transcription(bytes, member)
            } else if member.isNamed("interrupted", in: bytes) {
                self.isInterrupted = member.bool(in: bytes) ?? false
            } else if member.isNamed("generationComplete", "generation_complete", in: bytes) {
                self.isGenerationComplete = member.bool(in: bytes) ?? false
            } else if member.isNamed("turnComplete", "turn_complete", in: bytes) {
                self.isTurnComplete = member.bool(in: bytes) ?? false
            }
        }
    }

    private mutating func readTurn(_ bytes: borrowing Span<UInt8>, _ turn: JSONMember) {
        guard turn.kind == .object else { return }
        Members.visit(bytes, turn.value) { member in
            guard member.isNamed("parts", in: bytes) else { return }
            Members.visitElements(bytes, member.value) { self.readPart(bytes, $0.value) }
        }
    }

    /// Thoughts are the model's own, and code that ran at the provider's has no counterpart.
    private mutating func readPart(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        var output: Output?
        var isThought = false
        Members.visit(bytes, range) { member in
            if member.isNamed("text", in: bytes) {
                output = member.string(in: bytes).flatMap { $0.isEmpty ? nil : .text($0) }
            } else if member.isNamed("thought", in: bytes) {
                isThought = member.bool(in: bytes) ?? false
            } else if member.isNamed("inlineData", "inline_data", in: bytes) {
                output = Self.audio(bytes, member)
            }
        }
        if let output, !isThought { outputs.append(output) }
    }

    private static func audio(_ bytes: borrowing Span<UInt8>, _ inline: JSONMember) -> Output? {
        var data: Range<Int>?
        var isAudio = true
        guard inline.kind == .object else { return nil }
        Members.visit(bytes, inline.value) { member in
            if member.isNamed("data", in: bytes), member.kind == .string, member.value.count > 2 {
                data = member.value
            } else if member.isNamed("mimeType", "mime_type", in: bytes) {
                isAudio = member.string(in: bytes)?.hasPrefix("audio/") ?? false
            }
        }
        guard isAudio, let data, isASCII(bytes, data) else { return nil }
        return .audio(data)
    }

    /// Whether text can go on as it stands: grammar does not tell whether it is UTF-8, and base64 is ASCII.
    private static func isASCII(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        var all: UInt8 = 0
        for index in range { all |= bytes[index] }
        return all < 0x80
    }

    // MARK: Calls

    private mutating func readCalls(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(bytes, range) { member in
            guard member.isNamed("functionCalls", "function_calls", in: bytes) else { return }
            Members.visitElements(bytes, member.value) { element in
                if let call = Call(bytes, element.value) { self.calls.append(call) }
            }
        }
    }

    private mutating func readCancellation(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(bytes, range) { member in
            guard member.isNamed("ids", in: bytes) else { return }
            Members.visitElements(bytes, member.value) { element in
                if let id = element.string(in: bytes) { self.cancelledCalls.append(id) }
            }
        }
    }

    // MARK: The connection

    private mutating func readGoAway(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        millisecondsLeft = 0
        Members.visit(bytes, range) { member in
            guard member.isNamed("timeLeft", "time_left", in: bytes) else { return }
            self.millisecondsLeft = member.string(in: bytes).flatMap(LiveDuration.milliseconds) ?? 0
        }
    }

    private mutating func readActivity(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(bytes, range) { member in
            guard member.isNamed("voiceActivityType", "voice_activity_type", in: bytes) else { return }
            switch member.string(in: bytes)?.uppercased() {
            case "ACTIVITY_START"?: self.activity = .start
            case "ACTIVITY_END"?: self.activity = .end
            case .some, nil: break
            }
        }
    }
}
