// WAV files.

import Testing

@testable import Simulator

@Suite("WAV files")
struct WAVFileTests {
    private let samples: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    @Test("What is written is read")
    func roundTrip() {
        let file = WAVFile.head(sampleRate: 16_000, bytes: 8) + self.samples
        #expect(WAVFile.read(file) == WAVFile.Sound(sampleRate: 16_000, samples: self.samples))
    }

    @Test("Of two channels the first is heard, other chunks are skipped, a length beyond the end is the end")
    func oddFiles() {
        var file = WAVFile.head(sampleRate: 16_000, bytes: 0xFFFF_FFFF) + self.samples
        #expect(WAVFile.read(file)?.samples == self.samples)
        file[22] = 2
        #expect(WAVFile.read(file)?.samples == [1, 2, 5, 6])
        let list = Array("LIST".utf8) + [3, 0, 0, 0, 9, 9, 9, 0]
        file.insert(contentsOf: list, at: 12)
        #expect(WAVFile.read(file)?.samples == [1, 2, 5, 6])
    }

    @Test("Nothing else is a WAV file, wherever it ends")
    func refusals() {
        let file = WAVFile.head(sampleRate: 16_000, bytes: 8) + self.samples
        for count in 0..<44 { #expect(WAVFile.read(Array(file.prefix(count))) == nil) }
        var float = file
        float[20] = 3
        #expect(WAVFile.read(float) == nil)
    }
}
