// `POST /v1/audio/transcriptions`.

import Dialects
import Testing

@testable import Simulator

@Suite("Transcriptions")
struct TranscriptionScriptTests {
    private let sound =
        WAVFile.head(sampleRate: 24_000, bytes: ScriptedClient.utterance.count) + ScriptedClient.utterance

    private func answer(_ fields: [String: String], file: [UInt8]? = nil) -> SimulatedHTTPAnswer {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        let head =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
        body += Array(head.utf8) + (file ?? self.sound) + Array("\r\n--b--\r\n".utf8)
        return SimulatedHTTPEndpoint.answer(
            SimulatedHTTPRequest(
                method: "POST",
                target: "/v1/audio/transcriptions",
                headers: [SimulatedHeader("Content-Type", "multipart/form-data; boundary=b")],
                body: body
            ),
            seed: 1,
            unixTime: 0
        )
    }

    private func json(_ answer: SimulatedHTTPAnswer) -> JSONValue {
        (try? JSONParser.parse(answer.pieces.flatMap(\.bytes))) ?? .null
    }

    @Test("It tells how long the sound was, and what that cost")
    func whole() {
        let told = self.json(self.answer(["model": "sim-transcribe"]))
        #expect(told["text"]?.string?.hasPrefix("A simulated transcript of ") == true)
        #expect(told["usage"]?["type"] == "tokens" && (told["usage"]?["input_tokens"]?.integer ?? 0) > 10)
        let whisper = self.json(self.answer(["model": "whisper-1", "response_format": "verbose_json"]))
        #expect(whisper["usage"]?["type"] == "duration" && whisper["duration"] != nil)
        let text = self.answer(["model": "whisper-1", "response_format": "text"]).pieces.flatMap(\.bytes)
        #expect(String(decoding: text, as: UTF8.self) == (told["text"]?.string ?? "") + "\n")
    }

    @Test("A stream tells it word by word")
    func stream() throws {
        let answer = self.answer(["model": "sim-transcribe", "stream": "true"])
        let events = try answer.pieces.map { try JSONParser.parse(Array($0.bytes.dropFirst(6))) }
        let deltas = events.compactMap { $0["delta"]?.string }.joined()
        #expect(events.last?["type"] == "transcript.text.done" && events.last?["text"] == .string(deltas))
        #expect(events.last?["usage"] != nil)
    }

    @Test("What is no sound, or no form, is refused")
    func refusals() {
        #expect(self.json(self.answer(["model": "whisper-1"], file: [1, 2, 3]))["error"]?["param"] == "file")
        #expect(self.json(self.answer([:]))["error"]?["param"] == "model")
        #expect(self.json(self.answer(["model": "x"]))["error"]?["code"] == "model_not_found")
        let plain = SimulatedHTTPRequest(method: "POST", target: "/v1/audio/transcriptions", body: Array("{}".utf8))
        #expect(SimulatedHTTPEndpoint.answer(plain, seed: 1, unixTime: 0).status == 400)
        #expect(
            FormParts.read(Array("--b\r\nno end".utf8), contentType: "multipart/form-data; boundary=b")?.isEmpty == true
        )
    }
}
