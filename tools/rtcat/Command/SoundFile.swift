// The answers' sound, written as it comes; the header is written again at the end, when size and rate are known.

import Foundation
import RTCatCore

/// A WAV file being written.
final class SoundFile {
    let path: String
    private let handle: FileHandle
    private(set) var bytes = 0
    private var hasFailed = false

    /// Creates the file, or empties it; nil when that is not possible.
    init?(_ path: String) {
        let expanded = NSString(string: path).expandingTildeInPath
        let header = Data(WAVFile.header(dataBytes: 0, sampleRate: SpeechAudio.sampleRate))
        guard FileManager.default.createFile(atPath: expanded, contents: header),
            let handle = FileHandle(forWritingAtPath: expanded), (try? handle.seekToEnd()) != nil
        else { return nil }
        self.path = path
        self.handle = handle
    }

    func append(_ sound: [UInt8]) {
        guard !self.hasFailed else { return }
        do {
            try self.handle.write(contentsOf: Data(sound))
            self.bytes += sound.count
        } catch {
            self.hasFailed = true
        }
    }

    /// Completes the file; false when something could not be written.
    func finish(sampleRate: Int) -> Bool {
        do {
            try self.handle.seek(toOffset: 0)
            try self.handle.write(contentsOf: Data(WAVFile.header(dataBytes: self.bytes, sampleRate: sampleRate)))
            try self.handle.close()
        } catch {
            self.hasFailed = true
        }
        return !self.hasFailed
    }
}
