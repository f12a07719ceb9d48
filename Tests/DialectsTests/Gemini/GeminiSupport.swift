// What the tests of the Gemini dialect share.

@testable import Dialects

func json(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
}

/// The refusal that reading a Gemini request ends in; nil if it ends well.
func geminiRefusal(_ body: String) -> ConversionRefusal? {
    do throws(ConversionRefusal) {
        _ = try GeminiRequestReader.read(Array(body.utf8), model: "m", isStream: false)
        return nil
    } catch {
        return error
    }
}

func geminiRequest(_ body: String) throws(ConversionRefusal) -> GenerationRequest {
    try GeminiRequestReader.read(Array(body.utf8), model: "m", isStream: false)
}

/// A request with one message of the user, changed, as a Gemini body.
func geminiBody(
    model: String = "gemini-3-flash",
    options: ConversionOptions = ConversionOptions(),
    _ change: (inout GenerationRequest) -> Void
) throws -> (body: JSONValue, dropped: [String]) {
    var request = GenerationRequest(model: "m")
    request.messages = [GenerationMessage(.user, [.text("hi")])]
    change(&request)
    let translated = try GeminiRequestWriter.write(request, model: model, options: options)
    return (try JSONParser.parse(translated.body), translated.dropped)
}
