// Server-side voice activity detection by energy.
//
// Three loud frames in a row start speech, dated back by the padding; quiet for the configured time ends it. Positions
// are milliseconds of audio since the session began, so the result does not depend on when the audio arrived.

/// Finds the beginnings and ends of speech in a row of frames.
package struct VoiceActivityDetector: Sendable {
    /// How many milliseconds of audio one frame has.
    package static let frameMilliseconds = 20
    private static let framesToStart = 3
    /// The longest padding or silence that is believed.
    package static let longestMilliseconds = 60_000

    package enum Finding: Equatable, Sendable {
        case started(atMilliseconds: Int)
        case stopped(atMilliseconds: Int)
    }

    private let loudness: Double
    private let paddingMilliseconds: Int
    private let silenceMilliseconds: Int
    private var isSpeech = false
    private var loudFrames = 0
    private var quietMilliseconds = 0

    /// Makes a detector.
    ///
    /// `threshold` 0…1 is the protocol's; 0.5 asks for an RMS of 700 of 32,768.
    package init(threshold: Double, paddingMilliseconds: Int, silenceMilliseconds: Int) {
        self.loudness = 200 + 1_000 * min(max(threshold, 0), 1)
        self.paddingMilliseconds = min(max(paddingMilliseconds, 0), Self.longestMilliseconds)
        self.silenceMilliseconds = min(max(silenceMilliseconds, Self.frameMilliseconds), Self.longestMilliseconds)
    }

    /// Whether speech is under way.
    package var hearsSpeech: Bool { self.isSpeech }

    /// Judges one frame that ends at that position.
    package mutating func feed(level: Double, endingAt position: Int) -> Finding? {
        let isLoud = level >= self.loudness
        if self.isSpeech {
            self.quietMilliseconds = isLoud ? 0 : self.quietMilliseconds + Self.frameMilliseconds
            guard self.quietMilliseconds >= self.silenceMilliseconds else { return nil }
            self.isSpeech = false
            self.loudFrames = 0
            return .stopped(atMilliseconds: position)
        }
        self.loudFrames = isLoud ? self.loudFrames + 1 : 0
        guard self.loudFrames == Self.framesToStart else { return nil }
        self.isSpeech = true
        self.quietMilliseconds = 0
        let start = position - Self.framesToStart * Self.frameMilliseconds - self.paddingMilliseconds
        return .started(atMilliseconds: max(start, 0))
    }
}
