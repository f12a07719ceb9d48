// Text to speech, as the OpenAI API has it: `POST /v1/audio/speech`, told as raw PCM16 at 24 kHz or as a WAV file, word by
// word and faster than it plays.

import Dialects

/// Answers requests for speech.
enum SpeechScript {
    private static let contentTypes = ["pcm": "audio/pcm", "wav": "audio/wav"]
    private static let speeds = 0.25...4.0

    /// Answers the body of a `POST /v1/audio/speech`.
    static func answer(_ body: [UInt8]) -> SimulatedHTTPAnswer {
        do throws(ChatRefusal) {
            return try self.speech(body)
        } catch {
            return error.answer
        }
    }

    private static func speech(_ body: [UInt8]) throws(ChatRefusal) -> SimulatedHTTPAnswer {
        guard let json = try? JSONParser.parse(body), json.isObject else {
            throw ChatRefusal(
                answer: .error(400, code: "invalid_json", message: "We could not parse the JSON body of your request.")
            )
        }
        guard let name = json["model"]?.string else { throw .missing("model") }
        guard let model = SimulatedModel(named: name) else { throw ChatRefusal(answer: .modelNotFound(name)) }
        switch model.fault {
        case .refuse(let status)?: return .refusal(status)
        case .stallHandshake?: return .silence
        default: break
        }
        guard let text = json["input"]?.string, !text.isEmpty else { throw .missing("input") }
        guard text.count <= SimulatorLimits.speechCharacters else {
            throw .invalid("input", "at most \(SimulatorLimits.speechCharacters) characters are expected.")
        }
        guard let voice = json["voice"]?.string ?? json["voice"]?["id"]?.string else { throw .missing("voice") }
        let format = json["response_format"]?.string ?? "mp3"
        guard let contentType = self.contentTypes[format] else {
            throw .invalid("response_format", "the simulator speaks 'pcm' and 'wav' only.")
        }
        let speed = json["speed"]?.double ?? 1
        guard self.speeds.contains(speed) else { throw .invalid("speed", "0.25 to 4 is expected.") }
        let speech = SpeechSynthesizer(format: .pcm, voice: voice, speed: speed)
        return self.told(text, by: speech, asFile: format == "wav", contentType, model)
    }

    private static func told(
        _ text: String,
        by speech: SpeechSynthesizer,
        asFile: Bool,
        _ contentType: String,
        _ model: SimulatedModel
    ) -> SimulatedHTTPAnswer {
        let pace = model.pace
        var wait = pace.thinking
        var pieces = AnswerPieces.cut(text).map { word in
            let piece = SimulatedHTTPAnswer.Piece(after: .nanoseconds(wait), bytes: speech.audio(of: word))
            wait = Int64(speech.milliseconds(of: word)) * 1_000_000 / pace.audioSpeed
            return piece
        }
        if asFile, !pieces.isEmpty {
            let bytes = pieces.reduce(0) { $0 + $1.bytes.count }
            pieces[0].bytes =
                WAVFile.head(sampleRate: SimulatedAudioFormat.pcm.sampleRate, bytes: bytes) + pieces[0].bytes
        }
        var answer = SimulatedHTTPAnswer(
            status: 200,
            headers: [SimulatedHeader("content-type", contentType)],
            bodyLength: nil,
            pieces: pieces,
            end: .clean
        )
        switch model.fault {
        case .stallMidTurn?:
            answer.pieces.removeSubrange((pieces.count / 2)...)
            answer.end = .stall
        case .dropMidTurn?, .close?:
            answer.pieces.removeSubrange((pieces.count / 2)...)
            answer.end = .cut
        case .failTurn?, .expire?: answer = .refusal(500)
        default: break
        }
        return answer
    }
}
