// Audio that a client has appended and not committed yet (realtime §4). It keeps the format it was begun in.

/// The input audio buffer.
struct InputAudioBuffer: Sendable {
    /// The shortest audio that can be committed (realtime §4).
    static let shortestMilliseconds = 100

    private(set) var audio: [UInt8] = []
    private let limitBytes: Int

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    var isEmpty: Bool { audio.isEmpty }

    mutating func append(_ more: [UInt8]) throws(SessionRefusal) {
        guard audio.count + more.count <= limitBytes else {
            throw .tooMuch(
                "input_audio_buffer_full",
                "The input audio buffer may hold at most \(limitBytes) bytes: commit or clear it.",
                "audio"
            )
        }
        audio += more
    }

    mutating func clear() {
        audio = []
    }
}
