// protocol/http §5.2: where a call's arguments end.

import Testing

@testable import Dialects

@Suite struct ArgumentsEndTests {
    private static let object = #"{"a":[{"b":"}\"]"}],"c":"\\"}"#

    @Test("The end is found at the last byte, however the pieces are cut", arguments: 1...8)
    func finds(size: Int) {
        var end = ArgumentsEnd()
        let characters = Array(Self.object)
        for start in stride(from: 0, to: characters.count, by: size) {
            #expect(!end.isReached)
            end.feed(String(characters[start..<min(start + size, characters.count)]))
        }
        #expect(end.isReached)
    }

    @Test("What is not whole has no end, and noise does not trap")
    func notWhole() {
        for text in ["", " ", "{", #"{"a":"}"#, "1", #""}""#] {
            var end = ArgumentsEnd()
            end.feed(text)
            #expect(!end.isReached)
        }
        var noise = ArgumentsEnd()
        noise.feed("]]}}{{[[\"\\")
        #expect(noise.isReached)
    }
}
