import RTCatCore
import Testing

@Suite struct PrettyJSONTests {
    @Test func laysOut() {
        let text = #"{"b":1.50,"a":[1,{"x":"y, {z}:"},[]],"e":{},"s":"\" \\"}"#
        let expected = """
            {
              "b": 1.50,
              "a": [
                1,
                {
                  "x": "y, {z}:"
                },
                []
              ],
              "e": {},
              "s": "\\" \\\\"
            }
            """
        #expect(PrettyJSON.layOut(text) == expected)
        #expect(PrettyJSON.layOut(expected) == expected)
        #expect(PrettyJSON.layOut(" [ ] \n") == "[]")
    }

    @Test func keepsEscapesAndOrder() {
        #expect(PrettyJSON.layOut(#"{"z":"\u00e9","a":1e999}"#) == "{\n  \"z\": \"\\u00e9\",\n  \"a\": 1e999\n}")
    }

    @Test(arguments: [
        "", "hello", "12", "\"text\"", "{", "[}", "{}{}", "{} x", "[\"a]", "]", "[,", "\u{0}{}", "[\u{1}]",
    ])
    func leavesOtherThingsAlone(_ text: String) {
        #expect(PrettyJSON.layOut(text) == nil)
    }

    @Test func depthHasABound() {
        let fine =
            String(repeating: "[", count: PrettyJSON.depthLimit) + String(repeating: "]", count: PrettyJSON.depthLimit)
        #expect(PrettyJSON.layOut(fine) != nil)
        #expect(PrettyJSON.layOut("[" + fine + "]") == nil)
    }
}
