// A voice that says nothing and still sounds like speech: per word a row of syllables, each a pulse train at the
// voice's pitch through three resonators at the formants of the syllable's vowel, with noise where the word has
// sibilants. Same text, voice and format: same samples.

import Foundation

/// Speaks words as audio.
package struct SpeechSynthesizer: Sendable {
    private let format: SimulatedAudioFormat
    private let pitch: Float
    private let speed: Double

    private static let syllableMilliseconds = 150.0
    private static let gapMilliseconds = 45.0
    private static let pauseMilliseconds = 160.0
    private static let syllablesPerPiece = 24

    package init(format: SimulatedAudioFormat, voice: String, speed: Double) {
        self.format = format
        self.pitch = 95 + Float(stableHash(voice) % 110)
        self.speed = min(max(speed, 0.25), 1.5)
    }

    /// How long a piece of text takes.
    package func milliseconds(of piece: String) -> Int {
        let syllables = Double(Self.vowels(of: piece).count) * Self.syllableMilliseconds
        let pause = piece.contains(where: { ".!?,;:。！？，".contains($0) }) ? Self.pauseMilliseconds : 0
        return Int((syllables + Self.gapMilliseconds + pause) / self.speed)
    }

    /// The encoded audio of one piece of text.
    package func audio(of piece: String) -> [UInt8] {
        let rate = Float(self.format.sampleRate)
        let total = self.milliseconds(of: piece) * self.format.sampleRate / 1_000
        let vowels = Self.vowels(of: piece)
        let perSyllable = Int(Self.syllableMilliseconds / self.speed * Double(rate) / 1_000)
        var samples = [Float](repeating: 0, count: total)
        var noise = UInt32(truncatingIfNeeded: stableHash(piece)) | 1
        let sibilance: Float = piece.contains { "szfxcSZFXC".contains($0) } ? 0.10 : 0.02
        for (number, vowel) in vowels.enumerated() {
            var resonators = Self.formants[vowel].map { Resonator(frequency: $0.0, bandwidth: $0.1, rate: rate) }
            var phase: Float = 0
            let start = number * perSyllable
            let glide = self.pitch * (1 + 0.12 * Float((vowel + number) % 3) - 0.05 * Float(number))
            for offset in 0..<min(perSyllable, max(total - start, 0)) {
                let progress = Float(offset) / Float(perSyllable)
                phase += glide * (1.08 - 0.16 * progress) / rate
                var source: Float = 0
                if phase >= 1 {
                    phase -= 1
                    source = 1
                }
                noise = noise &* 1_664_525 &+ 1_013_904_223
                let hiss = (Float(noise >> 8) / Float(1 << 23) - 1) * (progress < 0.2 ? sibilance : 0.004)
                var value: Float = hiss
                for index in resonators.indices {
                    value += resonators[index].step(source)
                }
                samples[start + offset] = value * Self.envelope(progress) * 0.55
            }
        }
        return self.format.encode(samples)
    }

    /// Rises in the first fifth, falls in the last two.
    private static func envelope(_ progress: Float) -> Float {
        if progress < 0.2 { return progress / 0.2 }
        return progress > 0.6 ? (1 - progress) / 0.4 : 1
    }

    /// First three formants and their bandwidths, in hertz: a, e, i, o, u.
    private static let formants: [[(Float, Float)]] = [
        [(730, 90), (1_090, 110), (2_440, 170)],
        [(530, 70), (1_840, 110), (2_480, 170)],
        [(300, 60), (2_290, 120), (3_010, 200)],
        [(570, 80), (840, 90), (2_410, 170)],
        [(330, 60), (870, 90), (2_240, 170)],
    ]

    /// One vowel number per syllable: each run of vowels, or each character of a script without them.
    static func vowels(of piece: String) -> [Int] {
        var vowels: [Int] = []
        var wasVowel = false
        for scalar in piece.lowercased().unicodeScalars {
            let vowel: Int? =
                switch scalar {
                case "a", "ä", "á", "à", "â", "ã", "а", "я": 0
                case "e", "é", "è", "ê", "ë", "е", "э", "ё": 1
                case "i", "y", "í", "ì", "î", "и", "ы", "й": 2
                case "o", "ö", "ó", "ò", "ô", "õ", "о": 3
                case "u", "ü", "ú", "ù", "û", "у", "ю": 4
                default: (0x3040...0xD7A3).contains(scalar.value) ? Int(scalar.value % 5) : nil
                }
            if let vowel, !wasVowel || scalar.value >= 0x3040 { vowels.append(vowel) }
            wasVowel = vowel != nil
            if vowels.count == self.syllablesPerPiece { break }
        }
        // A word without vowels, such as "42", is still spoken.
        if vowels.isEmpty, piece.contains(where: { $0.isLetter || $0.isNumber }) { vowels.append(1) }
        return vowels
    }
}

/// A two-pole resonance filter.
private struct Resonator {
    private let gain: Float
    private let first: Float
    private let second: Float
    private var previous: Float = 0
    private var beforePrevious: Float = 0

    init(frequency: Float, bandwidth: Float, rate: Float) {
        let radius = exp(-Float.pi * bandwidth / rate)
        self.first = 2 * radius * cos(2 * Float.pi * min(frequency, rate * 0.45) / rate)
        self.second = -radius * radius
        self.gain = (1 - radius) * 6
    }

    mutating func step(_ input: Float) -> Float {
        let output = self.gain * input + self.first * self.previous + self.second * self.beforePrevious
        self.beforePrevious = self.previous
        self.previous = output
        return output
    }
}
