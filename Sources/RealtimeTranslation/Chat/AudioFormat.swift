// The three ways in which a session's audio is written down (realtime §3).

import Dialects

/// A format of raw mono audio.
enum AudioFormat: String, Sendable {
    /// 16-bit little-endian samples.
    case pcm = "audio/pcm"
    /// G.711 μ-law.
    case mulaw = "audio/pcmu"
    /// G.711 A-law.
    case alaw = "audio/pcma"

    /// Reads a `format` object that was checked; PCM for anything else.
    init(_ value: JSONValue?) {
        self = value?["type"]?.string.flatMap(AudioFormat.init(rawValue:)) ?? .pcm
    }

    var samplesPerSecond: Int {
        switch self {
        case .pcm: 24_000
        case .mulaw, .alaw: 8_000
        }
    }

    var bytesPerSample: Int {
        switch self {
        case .pcm: 2
        case .mulaw, .alaw: 1
        }
    }

    /// Whole milliseconds that so many bytes last.
    func milliseconds(bytes: Int) -> Int { bytes / bytesPerSample * 1_000 / samplesPerSecond }
}
