// What a realtime session cost (protocol: realtime §7). Two events tell it: `response.done` for a turn, and
// `conversation.item.input_audio_transcription.completed` for a transcription, which another model makes and bills.
//
// Numbers come from an upstream: what is no plain count is taken for absent. Cached tokens are part of the input.

/// Token counts of one turn or one transcription, by class.
package struct RealtimeUsage: Equatable, Sendable {
    package var inputText = 0
    package var inputAudio = 0
    package var inputImage = 0
    package var cachedText = 0
    package var cachedAudio = 0
    package var cachedImage = 0
    package var outputText = 0
    package var outputAudio = 0
    /// Milliseconds of audio, where a transcription is billed by time.
    package var audioMilliseconds = 0

    package init() {}

    package var inputTokens: Int { self.inputText + self.inputAudio + self.inputImage }
    package var outputTokens: Int { self.outputText + self.outputAudio }
    /// Whether nothing was told: some compatible providers send zeros.
    package var isEmpty: Bool { self == RealtimeUsage() }
}

/// What `response.done` says of a turn.
package struct RealtimeTurn: Equatable, Sendable {
    package var responseID: String?
    /// `completed`, `cancelled`, `failed`, `incomplete`.
    package var status: String?
    /// Nil when the event tells none.
    package var usage: RealtimeUsage?

    /// Reads a whole `response.done`; usage stands in `response` or, with some providers, at the top level (§13).
    package init(_ message: borrowing Span<UInt8>) {
        var outer: RealtimeUsage?
        Members.visit(message, 0..<message.count) { member in
            if member.isNamed("usage", in: message) {
                outer = RealtimeUsage(message, member)
            } else if member.isNamed("response", in: message), member.kind == .object {
                self.readResponse(message, member.value)
            }
        }
        // One of them may be there and empty.
        if let outer, self.usage?.isEmpty ?? true { self.usage = outer }
    }

    private mutating func readResponse(_ message: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(message, range) { member in
            if member.isNamed("id", in: message) {
                self.responseID = member.string(in: message)
            } else if member.isNamed("status", in: message) {
                self.status = member.string(in: message)
            } else if member.isNamed("usage", in: message) {
                self.usage = RealtimeUsage(message, member)
            }
        }
    }
}

/// What a completed transcription says of itself.
package struct RealtimeTranscription: Equatable, Sendable {
    package var itemID: String?
    package var usage: RealtimeUsage?

    /// Reads a whole `conversation.item.input_audio_transcription.completed`.
    package init(_ message: borrowing Span<UInt8>) {
        Members.visit(message, 0..<message.count) { member in
            if member.isNamed("item_id", in: message) {
                self.itemID = member.string(in: message)
            } else if member.isNamed("usage", in: message) {
                self.usage = RealtimeUsage(message, member)
            }
        }
    }
}

extension RealtimeUsage {
    /// Reads the value of a `usage` member; nil if it is no object.
    init?(_ bytes: borrowing Span<UInt8>, _ usage: JSONMember) {
        guard usage.kind == .object else { return nil }
        var (input, output, cached) = (0, 0, 0)
        var (hasInputDetails, hasOutputDetails, hasCachedDetails) = (false, false, false)
        Members.visit(bytes, usage.value) { member in
            if member.isNamed("input_tokens", in: bytes) {
                input = member.count(in: bytes) ?? 0
            } else if member.isNamed("output_tokens", in: bytes) {
                output = member.count(in: bytes) ?? 0
            } else if member.isNamed("seconds", in: bytes) {
                self.audioMilliseconds = Self.milliseconds(bytes, member.value)
            } else if member.isNamed("input_token_details", in: bytes), member.kind == .object {
                hasInputDetails = true
                self.readInput(bytes, member.value, &cached, &hasCachedDetails)
            } else if member.isNamed("output_token_details", in: bytes), member.kind == .object {
                hasOutputDetails = true
                self.readOutput(bytes, member.value)
            }
        }
        // A count without its details is text.
        if !hasInputDetails || self.inputTokens == 0 { self.inputText = input }
        if !hasOutputDetails || self.outputTokens == 0 { self.outputText = output }
        if !hasCachedDetails { self.cachedText = min(cached, self.inputText) }
    }

    private mutating func readInput(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ cached: inout Int,
        _ hasCachedDetails: inout Bool
    ) {
        Members.visit(bytes, range) { member in
            if member.isNamed("text_tokens", in: bytes) {
                self.inputText = member.count(in: bytes) ?? 0
            } else if member.isNamed("audio_tokens", in: bytes) {
                self.inputAudio = member.count(in: bytes) ?? 0
            } else if member.isNamed("image_tokens", in: bytes) {
                self.inputImage = member.count(in: bytes) ?? 0
            } else if member.isNamed("cached_tokens", in: bytes) {
                cached = member.count(in: bytes) ?? 0
            } else if member.isNamed("cached_tokens_details", in: bytes), member.kind == .object {
                hasCachedDetails = true
                self.readCached(bytes, member.value)
            }
        }
    }

    private mutating func readCached(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(bytes, range) { member in
            if member.isNamed("text_tokens", in: bytes) {
                self.cachedText = member.count(in: bytes) ?? 0
            } else if member.isNamed("audio_tokens", in: bytes) {
                self.cachedAudio = member.count(in: bytes) ?? 0
            } else if member.isNamed("image_tokens", in: bytes) {
                self.cachedImage = member.count(in: bytes) ?? 0
            }
        }
    }

    private mutating func readOutput(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        Members.visit(bytes, range) { member in
            if member.isNamed("text_tokens", in: bytes) {
                self.outputText = member.count(in: bytes) ?? 0
            } else if member.isNamed("audio_tokens", in: bytes) {
                self.outputAudio = member.count(in: bytes) ?? 0
            }
        }
    }

    /// A number of seconds such as `1.9`; what is no such number, or beyond a day, counts as none.
    static func milliseconds(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
        var text: [UInt8] = []
        for index in range.prefix(24) { text.append(bytes[index]) }
        guard let seconds = Double(String(decoding: text, as: UTF8.self)), seconds >= 0, seconds <= 86_400 else {
            return 0
        }
        return Int((seconds * 1000).rounded())
    }
}
