// What a chat session's machine asks of models, as calls over HTTP: an answer of the chat model in the dialect of whoever is
// asked, a transcription and speech in OpenAI's (`/audio/transcriptions`, `/audio/speech`).

import Dialects
import RealtimeTranslation
import SessionCore

extension ModelCall {
    /// Asks the chat model itself.
    static func generation(
        _ request: GenerationRequest,
        of model: Model,
        requestID: RequestID,
        tenure: RelayTenure
    ) -> ModelCall {
        ModelCall(.generation, of: model, requestID: requestID, tenure: tenure) { candidate throws(RelayError) in
            do throws(ConversionRefusal) {
                let written = try candidate.upstream.chatDialect.write(
                    request,
                    model: candidate.model,
                    isCount: false,
                    options: candidate.upstream.conversionOptions
                )
                return UpstreamCall(translated: written, for: candidate, isStream: true)
            } catch {
                throw ErrorRendering.error(for: error)
            }
        }
    }

    /// Asks for the text of a WAV file.
    static func transcription(
        _ audio: [UInt8],
        language: String?,
        prompt: String?,
        over route: Route,
        requestID: RequestID,
        tenure: RelayTenure
    ) -> ModelCall {
        let model = Model(id: route.model, routes: [route])
        return ModelCall(.whole, of: model, requestID: requestID, tenure: tenure) { candidate throws(RelayError) in
            try Self.refuseOtherDialects(candidate, "/audio/transcriptions")
            var form = FormBody(boundary: "longwire\(EventID.token())")
            form.add("model", candidate.model)
            form.add("response_format", "json")
            if let language { form.add("language", language) }
            if let prompt { form.add("prompt", prompt) }
            form.add("file", audio, fileName: "speech.wav", type: "audio/wav")
            return UpstreamCall(
                path: "/audio/transcriptions",
                query: [],
                contentType: form.contentType,
                accept: "application/json",
                body: form.finished(),
                dialect: .openai,
                treatment: .passed
            )
        }
    }

    /// Asks for a text to be spoken, as PCM16 at 24 kHz.
    static func speech(
        _ text: String,
        voice: String,
        speed: Double,
        over route: Route,
        requestID: RequestID,
        tenure: RelayTenure
    ) -> ModelCall {
        let model = Model(id: route.model, routes: [route])
        return ModelCall(.pieces, of: model, requestID: requestID, tenure: tenure) { candidate throws(RelayError) in
            try Self.refuseOtherDialects(candidate, "/audio/speech")
            let body: JSONValue = [
                "model": .string(candidate.model), "input": .string(text), "voice": .string(voice),
                "response_format": "pcm", "speed": .number(speed),
            ]
            return UpstreamCall(
                path: "/audio/speech",
                query: [],
                accept: "*/*",
                body: body.rendered,
                dialect: .openai,
                treatment: .passed
            )
        }
    }

    private static func refuseOtherDialects(_ candidate: Candidate, _ path: String) throws(RelayError) {
        guard candidate.upstream.chatDialect == .openai else {
            throw .endpointNotServed(path, model: candidate.model)
        }
    }
}

/// A form of the kind that carries files (RFC 7578).
private struct FormBody {
    private let boundary: String
    private var bytes: [UInt8] = []

    init(boundary: String) {
        self.boundary = boundary
    }

    var contentType: String { "multipart/form-data; boundary=\(self.boundary)" }

    mutating func add(_ name: String, _ value: String) {
        self.begin(name)
        self.bytes.append(contentsOf: "\r\n\(value)\r\n".utf8)
    }

    mutating func add(_ name: String, _ value: [UInt8], fileName: String, type: String) {
        self.begin(name, "; filename=\"\(fileName)\"\r\ncontent-type: \(type)\r\n")
        self.bytes.append(contentsOf: "\r\n".utf8)
        self.bytes.append(contentsOf: value)
        self.bytes.append(contentsOf: "\r\n".utf8)
    }

    private mutating func begin(_ name: String, _ rest: String = "\r\n") {
        self.bytes.append(
            contentsOf: "--\(self.boundary)\r\ncontent-disposition: form-data; name=\"\(name)\"\(rest)".utf8
        )
    }

    func finished() -> [UInt8] { self.bytes + Array("--\(self.boundary)--\r\n".utf8) }
}
