// The `audio` object of GA sessions and responses (realtime §3), and the flat members that stand for it in the beta shape
// (§11). What is in it and has no flat name stays in it: providers have more (§13).

internal import Dialects

/// An `audio` object taken apart.
struct AudioSettings {
    /// Where a flat member has its place.
    struct Place: Equatable, Sendable {
        enum Side: Equatable, Sendable {
            case input
            case output
        }
        let flat: String
        let side: Side
        let name: String

        var isFormat: Bool { self.name == "format" }
        /// From the session or the response.
        var path: String { "audio.\(self.side == .input ? "input" : "output").\(self.name)" }
    }

    static let ofSession = [
        Place(flat: "input_audio_format", side: .input, name: "format"),
        Place(flat: "input_audio_transcription", side: .input, name: "transcription"),
        Place(flat: "input_audio_noise_reduction", side: .input, name: "noise_reduction"),
        Place(flat: "turn_detection", side: .input, name: "turn_detection"),
        Place(flat: "output_audio_format", side: .output, name: "format"),
        Place(flat: "voice", side: .output, name: "voice"),
        Place(flat: "speed", side: .output, name: "speed"),
    ]
    static let ofResponse = [
        Place(flat: "output_audio_format", side: .output, name: "format"),
        Place(flat: "voice", side: .output, name: "voice"),
    ]

    private var input = JSONObjectText()
    private var output = JSONObjectText()
    private var rest = JSONObjectText()

    init() {}

    /// Takes a value apart; nil when it, or one of its sides, is neither an object nor null.
    init?(_ text: ArraySlice<UInt8>?) {
        guard let object = Self.object(text), let input = Self.object(object["input"]),
            let output = Self.object(object["output"])
        else { return nil }
        (self.input, self.output, self.rest) = (input, output, object)
        self.rest["input"] = nil
        self.rest["output"] = nil
    }

    private static func object(_ text: ArraySlice<UInt8>?) -> JSONObjectText? {
        guard let text, text != JSONText.null else { return JSONObjectText() }
        return JSONObjectText(text)
    }

    /// Puts the value of a flat member into its place.
    mutating func nest(_ value: ArraySlice<UInt8>, at place: Place) {
        let value = place.isFormat ? AudioFormatName.object(value) : value
        switch place.side {
        case .input: self.input[place.name] = value
        case .output: self.output[place.name] = value
        }
    }

    /// Takes the value for a flat member out of its place; nil when there is none.
    mutating func flatten(_ place: Place) -> ArraySlice<UInt8>? {
        let value: ArraySlice<UInt8>?
        switch place.side {
        case .input:
            value = self.input[place.name]
            self.input[place.name] = nil
        case .output:
            value = self.output[place.name]
            self.output[place.name] = nil
        }
        return place.isFormat ? value.map(AudioFormatName.name) : value
    }

    /// The object put together; nil when nothing is in it.
    var text: ArraySlice<UInt8>? {
        var object = self.rest
        if !self.input.isEmpty { object["input"] = self.input.text[...] }
        if !self.output.isEmpty { object["output"] = self.output.text[...] }
        return object.isEmpty ? nil : object.text[...]
    }
}
