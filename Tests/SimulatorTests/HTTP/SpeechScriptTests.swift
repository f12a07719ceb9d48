// `POST /v1/audio/speech`.

import Dialects
import Testing

@testable import Simulator

@Suite("Speech")
struct SpeechScriptTests {
    private func answer(_ members: JSONValue) -> SimulatedHTTPAnswer {
        let usual: JSONValue = ["model": "sim-speech", "input": "good morning", "voice": "alloy"]
        let body = usual.overlaid(with: members).rendered
        return SimulatedHTTPEndpoint.answer(
            SimulatedHTTPRequest(method: "POST", target: "/v1/audio/speech", body: body),
            seed: 1,
            unixTime: 0
        )
    }

    @Test("Raw sound comes word by word, as the voice speaks it")
    func pcm() {
        let answer = self.answer(["response_format": "pcm"])
        let voice = SpeechSynthesizer(format: .pcm, voice: "alloy", speed: 1)
        #expect(answer.status == 200 && answer.bodyLength == nil)
        #expect(answer.pieces.map(\.bytes) == ["good", " morning"].map(voice.audio))
        #expect(answer.headers.first == SimulatedHeader("content-type", "audio/pcm"))
    }

    @Test("A file says how long it is")
    func wav() {
        let bytes = self.answer(["response_format": "wav"]).pieces.flatMap(\.bytes)
        let sound = WAVFile.read(bytes)
        #expect(sound?.sampleRate == 24_000)
        #expect(sound?.samples == self.answer(["response_format": "pcm"]).pieces.flatMap(\.bytes))
    }

    @Test(
        "What it cannot do is refused",
        arguments: [
            (["response_format": "mp3"], "response_format"), ([:], "response_format"), (["input": ""], "input"),
            (["voice": nil], "voice"), (["response_format": "pcm", "speed": 9], "speed"), (["model": "none"], "model"),
        ] as [(JSONValue, String)]
    )
    func refusals(members: JSONValue, param: String) throws {
        let body = try JSONParser.parse(self.answer(members).pieces.flatMap(\.bytes))
        #expect(body["error"]?["param"] == .string(param))
    }

    @Test("Faults")
    func faults() {
        #expect(self.answer(["model": "sim-refuse-429"]).status == 429)
        #expect(self.answer(["model": "sim-drop-mid-turn", "response_format": "pcm"]).end == .cut)
        #expect(self.answer(["model": "sim-stall-mid-turn", "response_format": "pcm"]).end == .stall)
    }
}
