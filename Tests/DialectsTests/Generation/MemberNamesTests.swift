// What a client is told of its own request (protocol: http §4.3, §7).

import Dialects
import Testing

@Suite("Names of members")
struct MemberNamesTests {
    @Test(
        "A refusal names what the client sent",
        arguments: [
            ("n", ChatDialect.gemini, "generationConfig.candidateCount"), ("messages", .gemini, "contents"),
            ("stop", .claude, "stop_sequences"), ("user", .claude, "metadata.user_id"),
            ("n", .openai, "n"), ("safetySettings", .gemini, "safetySettings"), ("tools", .claude, "tools"),
        ]
    )
    func names(_ name: String, _ dialect: ChatDialect, _ expected: String) {
        #expect(MemberNames.name(name, in: dialect) == expected)
    }
}
