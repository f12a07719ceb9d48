import RTCatCore
import Testing

@Suite struct SecretScreenTests {
    @Test(arguments: [
        "sk-lw-mxybZoDUHEGtIAwUw7i3", "say sk-proj-abcdefgh to it", "{\"api_key\":\"x\"}", "Authorization: Basic Zm9v",
        "bearer abc", "ek_0123456789", "xai-abcdefghij", "AIzaSyA1234567890", "password=1", "eyJhbGciOiJIUzI1NiJ9",
        "my own zebra-42 key",
    ])
    func keepsSecretsOut(_ line: String) {
        #expect(!SecretScreen(known: ["zebra-42"]).mayKeep(line))
    }

    @Test(arguments: ["hello", "{\"type\":\"ping\"}", "/binary 00ff", "ask-me about risk-taking", "sk-", "task_1"])
    func keepsTheRest(_ line: String) {
        #expect(SecretScreen(known: [""]).mayKeep(line))
    }
}
