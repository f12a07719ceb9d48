// Audio formats: a name in the beta shape, an object in GA (realtime §11).
//
// The beta shape has no rates: `pcm16` is 24 kHz with OpenAI, so that is what GA is told. The other way the rate is left
// out whatever it is: a client that names another one knows whom it talks to (Qwen hears 16 kHz). Names of other
// providers (`wav`, `pcm24`; §13) have no object and go both ways as they are.

internal import Dialects

/// Translates formats.
enum AudioFormatName {
    private static let formats: [(name: String, type: String, object: String)] = [
        ("pcm16", "audio/pcm", #"{"type":"audio/pcm","rate":24000}"#),
        ("g711_ulaw", "audio/pcmu", #"{"type":"audio/pcmu"}"#),
        ("g711_alaw", "audio/pcma", #"{"type":"audio/pcma"}"#),
    ]

    /// The object for a name; what is no known name stays.
    static func object(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let name = JSONText.string(value), let format = self.formats.first(where: { $0.name == name })
        else { return value }
        return JSONText.bytes(format.object)
    }

    /// The name for an object; what is no known object stays.
    static func name(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let type = JSONObjectText(value)?.string("type"),
            let format = self.formats.first(where: { $0.type == type })
        else { return value }
        return JSONText.quoted(format.name)
    }
}
