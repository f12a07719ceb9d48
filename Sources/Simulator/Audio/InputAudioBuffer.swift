// The input audio buffer of a realtime session: what was appended and not yet committed.
//
// With a detector the buffer keeps only the padding while nobody speaks, so that hours of silence take no memory;
// without one it keeps everything up to `SimulatorLimits.inputBufferBytes`.

import Foundation

/// What the simulator can tell of audio: how long, how loud, how many bumps of energy.
package struct HeardAudio: Equatable, Sendable {
    package var milliseconds = 0
    package var syllables = 0
    /// Loudness of the loud part relative to full scale.
    package var decibels = 0

    /// The length as `2.4`.
    package var secondsText: String {
        let tenths = (self.milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// What a transcription of it says.
    package var transcript: String {
        "A simulated transcript of \(self.secondsText) seconds of speech."
    }
}

/// One committed stretch of audio.
package struct CommittedAudio: Equatable, Sendable {
    package let bytes: [UInt8]
    package let format: SimulatedAudioFormat
    package let heard: HeardAudio
}

/// Collects audio, frame by frame, and reports speech.
package struct InputAudioBuffer: Sendable {
    /// How many bytes of silence pile up before they are dropped.
    private static let droppedStep = 48_000
    private var format: SimulatedAudioFormat
    private var detector: VoiceActivityDetector?
    private var paddingMilliseconds = 0
    /// Appended and not yet looked at.
    private var pending: [UInt8] = []
    private var pendingStart = 0
    /// Looked at and not yet committed.
    private var kept: [UInt8] = []
    private var positionMilliseconds = 0

    package init(format: SimulatedAudioFormat) {
        self.format = format
    }

    private var frameBytes: Int {
        self.format.bytesPerMillisecond * VoiceActivityDetector.frameMilliseconds
    }

    package var byteCount: Int {
        self.kept.count + self.pending.count - self.pendingStart
    }

    package var hearsSpeech: Bool {
        self.detector?.hearsSpeech ?? false
    }

    /// Switches format and detection; a change of format drops what was collected.
    package mutating func configure(
        format: SimulatedAudioFormat,
        detector: VoiceActivityDetector?,
        paddingMilliseconds: Int
    ) {
        if format != self.format { self.clear() }
        self.format = format
        self.detector = detector
        self.paddingMilliseconds = min(max(paddingMilliseconds, 0), VoiceActivityDetector.longestMilliseconds)
    }

    package mutating func append(_ bytes: [UInt8]) {
        self.pending.append(contentsOf: bytes)
    }

    /// Looks at frames until one of them begins or ends speech; nil when all have been looked at.
    package mutating func nextFinding() -> VoiceActivityDetector.Finding? {
        let length = self.frameBytes
        while self.pending.count - self.pendingStart >= length {
            let frame = self.pending[self.pendingStart..<self.pendingStart + length]
            self.kept.append(contentsOf: frame)
            self.pendingStart += length
            self.positionMilliseconds += VoiceActivityDetector.frameMilliseconds
            guard self.detector != nil else { continue }
            let level = self.level(of: self.kept, from: self.kept.count - length, length: length)
            let finding = self.detector?.feed(level: level, endingAt: self.positionMilliseconds)
            // What just ended is still to be committed, so only silence that follows silence is dropped.
            if let finding { return finding }
            self.dropSilence()
        }
        self.pending.removeFirst(self.pendingStart)
        self.pendingStart = 0
        return nil
    }

    /// Takes what was collected, without the frames that were not looked at when a detector decides.
    package mutating func commit() -> CommittedAudio {
        if self.detector == nil {
            self.kept.append(contentsOf: self.pending[self.pendingStart...])
            self.pending = []
            self.pendingStart = 0
        }
        let bytes = self.kept
        self.kept = []
        return CommittedAudio(bytes: bytes, format: self.format, heard: self.describe(bytes))
    }

    package mutating func clear() {
        self.pending = []
        self.pendingStart = 0
        self.kept = []
    }

    /// How many milliseconds a commit would take.
    package var milliseconds: Int {
        self.byteCount / self.format.bytesPerMillisecond
    }

    private mutating func dropSilence() {
        guard let detector, !detector.hearsSpeech else { return }
        // The frames that may yet turn out to be the beginning of speech stay as well.
        let allowed =
            (self.paddingMilliseconds + 4 * VoiceActivityDetector.frameMilliseconds) * self.format.bytesPerMillisecond
        // Drop in large steps: removing from the front moves all that stays.
        guard self.kept.count > 2 * allowed + Self.droppedStep else { return }
        self.kept.removeFirst(self.kept.count - allowed)
    }

    /// Root mean square of a stretch.
    private func level(of bytes: [UInt8], from start: Int, length: Int) -> Double {
        var sum = 0.0
        var count = 0
        var index = start
        while index + self.format.bytesPerSample <= start + length {
            let sample = Double(self.format.sample(bytes, at: index))
            sum += sample * sample
            count += 1
            index += self.format.bytesPerSample
        }
        return count == 0 ? 0 : (sum / Double(count)).squareRoot()
    }

    /// Measures audio; also used for audio that arrives whole in an item.
    package func describe(_ bytes: [UInt8]) -> HeardAudio {
        var heard = HeardAudio()
        heard.milliseconds = bytes.count / self.format.bytesPerMillisecond
        var isLoud = false
        var loudest = 0.0
        var start = 0
        while start + self.frameBytes <= bytes.count {
            let level = self.level(of: bytes, from: start, length: self.frameBytes)
            loudest = max(loudest, level)
            if level > 700, !isLoud {
                isLoud = true
                heard.syllables += 1
            } else if level < 400 {
                isLoud = false
            }
            start += self.frameBytes
        }
        heard.decibels = loudest < 1 ? -90 : Int((20 * log10(loudest / 32_768)).rounded())
        return heard
    }
}
