// Checks that sessions and responses share; the refusals are tested through SessionSettings, here what passes.

import Dialects
import Testing

@testable import Simulator

@Suite("Session values")
struct SessionValuesTests {
    @Test(
        "Documented values pass",
        arguments: [
            ["output_modalities": ["text"], "max_output_tokens": "inf", "tools": []], ["max_output_tokens": 4_096],
            ["tools": [["type": "mcp", "server_label": "x"]]],
            ["audio": ["output": ["speed": 0.25, "voice": ["id": "voice_1"], "format": ["type": "audio/pcma"]]]],
            ["audio": ["input": ["format": ["type": "audio/pcmu"], "turn_detection": nil, "transcription": nil]]],
        ] as [JSONValue]
    )
    func passes(_ session: JSONValue) throws {
        try SessionValues.check(session, at: "session")
    }
}
