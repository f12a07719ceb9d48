// What goes on, what stays, and where a cut leaves the client; with real streams in the tests of the filters.

import Testing

@testable import Dialects

@Suite struct EventStreamGateTests {
    static func append(_ text: String, to gate: inout EventStreamGate) { gate.append(Array(text.utf8).span) }

    @Test func passesWithholdsAndReplaces() throws {
        var gate = EventStreamGate(limits: EventStreamLimits())
        var output: [UInt8] = []
        Self.append("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4", to: &gate)
        gate.pass(try #require(try gate.next()), into: &output)
        gate.withhold(try #require(try gate.next()))
        gate.replace(try #require(try gate.next()), { $0.uppercased() }, into: &output)
        #expect(try gate.next() == nil)
        gate.releaseLongEvent(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "data: 1\n\nDATA: 3\n\n")
        #expect(gate.isBetweenEvents)
        #expect(gate.finish { $0 != Array("4".utf8) } == .cut)
    }

    @Test("A long event flows, and is then neither replaced nor repeated")
    func longEvents() throws {
        var gate = EventStreamGate(limits: EventStreamLimits())
        var output: [UInt8] = []
        let long = "data: " + String(repeating: "x", count: EventStreamGate.heldBytes)
        Self.append(long, to: &gate)
        #expect(try gate.next() == nil)
        gate.releaseLongEvent(into: &output)
        #expect(!gate.isBetweenEvents)
        Self.append("\n\n", to: &gate)
        gate.replace(try #require(try gate.next()), { _ in "no" }, into: &output)
        #expect(String(decoding: output, as: UTF8.self) == long + "\n\n")
        #expect(gate.isBetweenEvents)
        #expect(gate.finish { _ in true } == .nothing)
    }
}
