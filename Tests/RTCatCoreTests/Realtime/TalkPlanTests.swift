import RTCatCore
import Testing

@Suite struct TalkPlanTests {
    @Test func readsTools() throws {
        let tool = try #require(TalkTool("get_weather={\"sky\":\"a=b\"}"))
        #expect(tool.name == "get_weather" && tool.result == "{\"sky\":\"a=b\"}")
        #expect(TalkTool("f=")?.result == "")
    }

    @Test(arguments: ["", "=x", "name", "a b=x", "ü=x", String(repeating: "n", count: 65) + "=x"])
    func refusesOthers(_ text: String) {
        #expect(TalkTool(text) == nil)
    }
}
