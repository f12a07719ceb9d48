// Speech to text, as the OpenAI API has it: `POST /v1/audio/transcriptions` with a WAV file, answered as JSON, as plain text or
// as a stream of events.

import Dialects

/// Answers requests for transcriptions.
enum TranscriptionScript {
    /// Answers the body of a `POST /v1/audio/transcriptions`.
    static func answer(_ request: SimulatedHTTPRequest) -> SimulatedHTTPAnswer {
        do throws(ChatRefusal) {
            return try self.transcription(request)
        } catch {
            return error.answer
        }
    }

    private static func transcription(_ request: SimulatedHTTPRequest) throws(ChatRefusal) -> SimulatedHTTPAnswer {
        let contentType = request.headers.first { $0.isNamed("content-type") }?.value ?? ""
        guard let parts = FormParts.read(request.body, contentType: contentType) else {
            throw .invalid("content-type", "a multipart/form-data body is expected.")
        }
        func field(_ name: String) -> String? { parts.first { $0.name == name }?.text }
        guard let name = field("model") else { throw .missing("model") }
        guard let model = SimulatedModel(named: name) else { throw ChatRefusal(answer: .modelNotFound(name)) }
        switch model.fault {
        case .refuse(let status)?: return .refusal(status)
        case .stallHandshake?, .stallMidTurn?: return .silence
        case .failTurn?, .expire?: return .refusal(500)
        default: break
        }
        guard let file = parts.first(where: { $0.name == "file" }) else { throw .missing("file") }
        guard let sound = WAVFile.read(file.content) else {
            throw .invalid("file", "the simulator hears WAV files of 16 bits only.")
        }
        let samples = LiveAudio.resampled(sound.samples, from: sound.sampleRate)
        let heard = InputAudioBuffer(format: .pcm).describe(samples)
        let run = TranscriptionRun(itemID: "", model: name, heard: heard, dueAt: 0)
        if field("stream") == "true" { return self.stream(run, model) }
        let pause = Duration.nanoseconds(model.pace.thinking)
        switch field("response_format") ?? "json" {
        case "json", "verbose_json":
            var body: JSONValue = ["text": .string(heard.transcript)]
            if model.fault != .noUsage { body["usage"] = run.usage }
            if field("response_format") == "verbose_json" {
                body["duration"] = .number(Double(heard.milliseconds) / 1_000)
                body["language"] = "english"
            }
            return .json(200, body, after: pause)
        case "text":
            let bytes = Array("\(heard.transcript)\n".utf8)
            return SimulatedHTTPAnswer(
                status: 200,
                headers: [SimulatedHeader("content-type", "text/plain; charset=utf-8")],
                bodyLength: bytes.count,
                pieces: [SimulatedHTTPAnswer.Piece(after: pause, bytes: bytes)],
                end: .clean
            )
        default: throw .invalid("response_format", "supported are 'json', 'verbose_json' and 'text'.")
        }
    }

    private static func stream(_ run: TranscriptionRun, _ model: SimulatedModel) -> SimulatedHTTPAnswer {
        func event(_ json: JSONValue, after pause: Int64) -> SimulatedHTTPAnswer.Piece {
            let bytes = Array("data: ".utf8) + json.rendered + Array("\n\n".utf8)
            return SimulatedHTTPAnswer.Piece(after: .nanoseconds(pause), bytes: bytes)
        }
        var done: JSONValue = ["type": "transcript.text.done", "text": .string(run.heard.transcript)]
        if model.fault != .noUsage { done["usage"] = run.usage }
        let words = run.pieces.enumerated().map { index, word in
            event(
                ["type": "transcript.text.delta", "delta": .string(word)],
                after: index == 0 ? model.pace.thinking : model.pace.perPiece
            )
        }
        return SimulatedHTTPAnswer(
            status: 200,
            headers: [SimulatedHeader("content-type", "text/event-stream")],
            bodyLength: nil,
            pieces: words + [event(done, after: model.pace.perPiece)],
            end: .clean
        )
    }
}
