import Dialects
import Testing

@testable import RealtimeTranslation

/// The response object and how it ends (protocol: realtime §6, §7).
@Suite struct ActiveResponseTests {
    private static func response() throws -> ActiveResponse {
        let description = ChatSessionDescription(model: "m", identifierBase: "t", expiresAt: 0)
        let settings = try ResponseSettings(
            session: ChatSettings(description, id: "s").value,
            overrides: nil,
            check: SettingsCheck(description)
        )
        return ActiveResponse(
            id: "r",
            work: ChatWork(number: 0),
            settings: settings,
            conversationID: "c",
            input: nil,
            limits: ConversationLimits()
        )
    }

    @Test func hasTheWholeShape() throws {
        let value = try Self.response().value(end: nil)
        #expect(
            value == [
                "object": "realtime.response", "id": "r", "status": "in_progress", "status_details": nil, "output": [],
                "conversation_id": "c", "output_modalities": ["text"], "max_output_tokens": "inf", "metadata": nil,
                "usage": nil,
            ]
        )
    }

    @Test func anEndHasItsReason() {
        #expect(ResponseEnd.completed.details == .null)
        #expect(ResponseEnd.incomplete(reason: "x").details == ["type": "incomplete", "reason": "x"])
        let failed = ResponseEnd.failed(ProviderError(message: ""))
        #expect(
            failed.details == [
                "type": "failed",
                "error": ["type": "server_error", "code": nil, "message": "The provider failed."],
            ]
        )
    }

    /// Claude tells the input at the start and the output at the end: what is cut off between has said more than was told.
    @Test func aCutAnswerCountsWhatItSaid() throws {
        var response = try Self.response()
        response.usage = ChatUsage(promptTokens: 10, completionTokens: 1, totalTokens: 11)
        response.byteCount = 41
        #expect(response.value(end: .cancelled(reason: "x"))["usage"]?["output_tokens"] == 11)
        #expect(response.value(end: .completed)["usage"]?["output_tokens"] == 1)
        response.finish = .stop
        #expect(response.value(end: .cancelled(reason: "x"))["usage"]?["output_tokens"] == 1)
        #expect(response.value(end: .completed)["usage"]?["output_tokens"] == 1)
        response.usage = ChatUsage()
        #expect(response.value(end: .completed)["usage"] == .some(.null))
        response.usage = ChatUsage(promptTokens: .max, completionTokens: .max, totalTokens: .max)
        #expect(response.value(end: .completed)["usage"]?["total_tokens"] == .integer(.max))
    }
}
