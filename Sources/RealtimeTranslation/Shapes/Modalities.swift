// What a response is made of: in the beta shape audio comes with the word text, in GA without (realtime §11).

internal import Dialects

/// Translates lists of modalities.
enum Modalities {
    /// A list with audio in it is `["audio"]`; every other value stays, the upstream answers for it.
    static func ga(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        self.hasAudio(value) ? JSONText.bytes(#"["audio"]"#) : value
    }

    /// A list with audio in it is `["text","audio"]`; every other value stays.
    static func beta(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        self.hasAudio(value) ? JSONText.bytes(#"["text","audio"]"#) : value
    }

    private static func hasAudio(_ value: ArraySlice<UInt8>) -> Bool {
        JSONText.elements(value)?.contains { JSONText.string($0) == "audio" } ?? false
    }
}
