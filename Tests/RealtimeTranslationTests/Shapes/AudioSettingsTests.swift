import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("The audio object and the flat members for it (protocol: realtime §11)")
struct AudioSettingsTests {
    @Test("every flat member has one place, and every place one flat member")
    func places() {
        let places = AudioSettings.ofSession
        #expect(Set(places.map(\.flat)).count == places.count)
        #expect(Set(places.map(\.path)).count == places.count)
        #expect(AudioSettings.ofResponse.allSatisfy(places.contains))
    }

    @Test("a value goes into its place and out of it again", arguments: AudioSettings.ofSession)
    func roundTrip(place: AudioSettings.Place) throws {
        var audio = AudioSettings()
        #expect(audio.text == nil)
        audio.nest(JSONText.quoted("pcm16"), at: place)
        var again = try #require(AudioSettings(audio.text))
        #expect(again.flatten(place) == JSONText.quoted("pcm16"))
        #expect(again.flatten(place) == nil)
        #expect(again.text == nil)
    }

    @Test("a format of another rate keeps its name only (§13: Qwen hears 16 kHz)")
    func rate() throws {
        let name = AudioFormatName.name(JSONText.bytes(#"{"type":"audio/pcm","rate":16000}"#))
        #expect(name == JSONText.quoted("pcm16"))
        let unknown = JSONText.bytes(#"{"type":"audio/opus"}"#)
        #expect(AudioFormatName.name(unknown) == unknown)
    }
}
