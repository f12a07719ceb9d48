import RTCatCore
import Testing

@Suite struct JSONObjectTests {
    @Test func readsWhatIsThereAndNothingElse() throws {
        let text = #"{"s":"x","n":3,"f":2.9,"b":true,"o":{"k":"v"},"a":[{"i":1},2,{"i":3}],"z":null,"big":1e300}"#
        let object = try #require(JSONObject(Array(text.utf8)))
        #expect(object.string("s") == "x")
        #expect(object.string("n") == nil)
        #expect(object.integer("n") == 3)
        #expect(object.integer("f") == 2)
        #expect(object.integer("big") == nil)
        #expect(object.integer("s") == nil)
        #expect(object.boolean("b") == true)
        #expect(object.object("o")?.string("k") == "v")
        #expect(object.object("a") == nil)
        #expect(object.objects("a").map { $0.integer("i") } == [1, 3])
        #expect(object.objects("s").isEmpty)
        #expect(object.contains("z") && !object.contains("y"))
        #expect(object.object("z") == nil)
    }

    @Test(arguments: ["", "[]", "1", "{", "{\"a\":}", "\u{FF}", String(repeating: "[", count: 5000)])
    func refusesWhatIsNoObject(_ text: String) {
        #expect(JSONObject(Array(text.utf8)) == nil)
    }
}
