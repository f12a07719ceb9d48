// Fault names: each documented one is known, everything near it is not.

import Testing

@testable import Simulator

@Suite("Fault models")
struct FaultModelTests {
    @Test(
        "Documented names mean what the table says",
        arguments: [
            ("sim-refuse-401", FaultModel.refuse(401)), ("sim-refuse-503", .refuse(503)),
            ("sim-stall-handshake", .stallHandshake), ("sim-stall-mid-turn", .stallMidTurn),
            ("sim-drop-mid-turn", .dropMidTurn), ("sim-close-4000", .close(4_000)), ("sim-close-0", .close(0)),
            ("sim-close-65535", .close(65_535)), ("sim-garbage", .garbage), ("sim-large", .large),
            ("sim-binary", .binary), ("sim-slow", .slow), ("sim-fail-turn", .failTurn), ("sim-expire", .expire),
            ("sim-no-usage", .noUsage), ("sim-echo", .echo), ("sim-go-away-30", .goAway(seconds: 30)),
        ]
    )
    func knows(_ name: String, _ fault: FaultModel) {
        #expect(FaultModel(modelName: name) == fault)
        #expect(SimulatedModel(named: name)?.fault == fault)
    }

    @Test(
        "Names beside the table are no faults",
        arguments: [
            "sim-refuse-", "sim-refuse-200", "sim-refuse-4O1", "sim-close-", "sim-close-65536", "sim-close--1",
            "sim-close-99999999999999999999", "sim-close-١٠٠٠", "sim-chat", "",
            "sim-go-away-", "sim-go-away-3601",
        ]
    )
    func ignores(_ name: String) {
        #expect(FaultModel(modelName: name) == nil)
    }
}
