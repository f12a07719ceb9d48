// RIFF WAVE: chunks walked with bounds, whatever their sizes claim.

import RTCatCore
import Testing

@Suite struct WAVFileTests {
    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func chunk(_ name: String, _ body: [UInt8], size: Int? = nil) -> [UInt8] {
        let pad: [UInt8] = body.count % 2 == 1 ? [0] : []
        return Array(name.utf8) + Self.little(size ?? body.count, 4) + body + pad
    }

    private static func format(code: Int = 1, channels: Int = 1, rate: Int = 24_000, bits: Int = 16) -> [UInt8] {
        Self.little(code, 2) + Self.little(channels, 2) + Self.little(rate, 4)
            + Self.little(rate * channels * bits / 8, 4) + Self.little(channels * bits / 8, 2) + Self.little(bits, 2)
    }

    private static func file(_ chunks: [[UInt8]]) -> [UInt8] {
        let body = chunks.flatMap { $0 }
        return Array("RIFF".utf8) + Self.little(body.count + 4, 4) + Array("WAVE".utf8) + body
    }

    @Test func readsWhatItsHeaderWrites() throws {
        let samples: [UInt8] = [0, 0, 0xFF, 0x7F, 0, 0x80, 1, 0]
        let wav = try WAVFile(WAVFile.header(dataBytes: samples.count, sampleRate: 24_000) + samples)
        #expect(wav.sampleRate == 24_000 && wav.channels == 1)
        #expect(wav.samples == [0, 32_767, -32_768, 1])
        #expect(WAVFile.header(dataBytes: 8, sampleRate: 24_000).count == 44)
    }

    @Test func skipsOtherChunksAndTheirPadding() throws {
        let wav = try WAVFile(
            Self.file([
                Self.chunk("LIST", [1, 2, 3]), Self.chunk("fmt ", Self.format(channels: 2, rate: 44_100)),
                Self.chunk("fact", [0, 0, 0, 0]), Self.chunk("data", [1, 0, 2, 0, 3, 0, 4, 0, 9, 9]),
            ])
        )
        #expect(wav.sampleRate == 44_100 && wav.channels == 2)
        #expect(wav.samples == [1, 2, 3, 4])
    }

    @Test(arguments: [0, 0xFFFF_FFFF, 1_000_000])
    func aSizeBeyondTheFileMeansToItsEnd(_ size: Int) throws {
        let data = Self.chunk("data", [1, 0, 2, 0], size: size)
        #expect(try WAVFile(Self.file([Self.chunk("fmt ", Self.format()), data])).samples == [1, 2])
    }

    @Test func takesTheExtensibleForm() throws {
        let format =
            Self.format(code: 0xFFFE) + Self.little(22, 2) + Self.little(16, 2) + Self.little(4, 4)
            + Self.little(1, 2) + [UInt8](repeating: 0, count: 14)
        #expect(try WAVFile(Self.file([Self.chunk("fmt ", format), Self.chunk("data", [5, 0])])).samples == [5])
    }

    @Test func explainsWhatItCannotTake() {
        func failure(_ bytes: [UInt8]) -> WAVError? {
            do {
                _ = try WAVFile(bytes)
                return nil
            } catch {
                return error
            }
        }
        let data = Self.chunk("data", [0, 0])
        #expect(failure([]) == .notWAV)
        #expect(failure(Array("RIFFxxxxAVI ".utf8)) == .notWAV)
        #expect(failure(Self.file([data])) == .noFormat)
        #expect(failure(Self.file([Self.chunk("fmt ", [1, 0])])) == .noFormat)
        #expect(failure(Self.file([Self.chunk("fmt ", Self.format())])) == .noData)
        #expect(failure(Self.file([Self.chunk("fmt ", Self.format(bits: 24)), data])) == .notPCM16(code: 1, bits: 24))
        #expect(
            failure(Self.file([Self.chunk("fmt ", Self.format(code: 3, bits: 32)), data]))
                == .notPCM16(code: 3, bits: 32)
        )
        #expect(
            failure(Self.file([Self.chunk("fmt ", Self.format(channels: 0)), data]))
                == .unusable(rate: 24_000, channels: 0)
        )
        #expect(
            failure(Self.file([Self.chunk("fmt ", Self.format(rate: 1)), data])) == .unusable(rate: 1, channels: 1)
        )
    }

    @Test func everyPrefixIsHarmless() {
        let whole = Self.file([
            Self.chunk("LIST", [1, 2, 3]), Self.chunk("fmt ", Self.format()), Self.chunk("data", [1, 0, 2, 0]),
        ])
        for end in 0...whole.count { _ = try? WAVFile(Array(whole[..<end])) }
        for index in whole.indices {
            for value in [UInt8(0), 0xFF, 0x80] {
                var broken = whole
                broken[index] = value
                _ = try? WAVFile(broken)
            }
        }
    }
}
