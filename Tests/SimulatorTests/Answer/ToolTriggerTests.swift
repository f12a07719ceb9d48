// When tools are called.

import Dialects
import Testing

@testable import Simulator

@Suite("Tool trigger")
struct ToolTriggerTests {
    private let tools = ToolDefinition.list([
        ["type": "function", "name": "get_weather"], ["type": "function", "name": "searchFlights"],
    ])

    private func calls(_ text: String, _ choice: Simulator.ToolChoice = .automatic, parallel: Bool = true) -> [String] {
        ToolTrigger.tools(from: self.tools, choice: choice, text: text, allowsParallel: parallel).map(\.name)
    }

    @Test(
        "auto: a mention by name or by noun calls",
        arguments: ["use get_weather", "GET_WEATHER", "What is the Weather in Paris?", "get weather please"]
    )
    func mentions(_ text: String) {
        #expect(self.calls(text) == ["get_weather"])
    }

    @Test("auto: no mention, no call", arguments: ["hello", "get", "whether", ""])
    func staysSilent(_ text: String) {
        #expect(self.calls(text).isEmpty)
    }

    @Test("Several mentions call several tools, or one")
    func callsInParallel() {
        #expect(self.calls("weather and flights") == ["get_weather", "searchFlights"])
        #expect(self.calls("weather and flights", parallel: false) == ["get_weather"])
    }

    @Test("none, required and a name")
    func obeysChoice() {
        #expect(self.calls("weather", .never).isEmpty)
        #expect(self.calls("hello", .required) == ["get_weather"])
        #expect(self.calls("flights", .required) == ["searchFlights"])
        #expect(self.calls("hello", .named("searchFlights")) == ["searchFlights"])
        #expect(self.calls("hello", .named("nothing")).isEmpty)
    }
}
