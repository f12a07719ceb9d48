import Dialects
import RealtimeTranslation
import Testing

/// Responses from beginning to end (protocol: realtime §4, §6, §7, §8).
@Suite struct ChatSessionResponseTests {
    @Test func aTextTurnInItsOrder() throws {
        var scene = ChatScene()
        scene.send(["type": "session.update", "session": ["type": "realtime", "instructions": "Be kind."]])
        scene.user("Hi", id: "u")
        let work = try scene.respond(["metadata": ["k": "v"], "max_output_tokens": 50])
        let created = try #require(scene.said.last)
        #expect(created["type"] == "response.created")
        #expect(created["response"]?["status"] == "in_progress")
        #expect(created["response"]?["usage"] == .some(.null))
        #expect(created["response"]?["metadata"] == ["k": "v"])
        let request = try #require(scene.requests.last)
        #expect(request.isStream)
        #expect(request.system == ["Be kind."])
        #expect(request.messages == [GenerationMessage(.user, [.text("Hi")])])
        #expect(request.maximumTokens == 50)
        var usage = ChatUsage(promptTokens: 10, completionTokens: 4, totalTokens: 14, cachedTokens: 6)
        usage.promptImageTokens = 3
        let told = scene.hear(
            .started(id: nil, model: nil),
            .text("Hel", candidate: 0),
            .text("lo", candidate: 0),
            .finished(.stop, candidate: 0),
            .usage(usage),
            .ended,
            by: work
        )
        #expect(
            told.types == [
                "response.output_item.added", "conversation.item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "conversation.item.done", "response.output_item.done", "response.done",
            ]
        )
        #expect(scene.asked.last == .tellRates)
        #expect(told[0]["item"]?["content"] == [])
        #expect(told[0]["item"]?["status"] == "in_progress")
        #expect(told[1]["previous_item_id"] == "u")
        #expect(told[3]["delta"] == "Hel")
        #expect(told[5]["text"] == "Hello")
        #expect(told[6]["part"] == ["type": "text", "text": "Hello"])
        let ids = Set(told[2...6].map { $0["item_id"]?.string })
        #expect(ids.count == 1)
        let response = try #require(scene.lastResponse)
        #expect(response["status"] == "completed")
        #expect(response["conversation_id"]?.string?.hasPrefix("conv_") == true)
        #expect(response["output"]?.elements.first?["content"] == [["type": "output_text", "text": "Hello"]])
        #expect(response["max_output_tokens"] == 50)
        #expect(
            response["usage"] == [
                "total_tokens": 14, "input_tokens": 10, "output_tokens": 4,
                "input_token_details": [
                    "text_tokens": 7, "audio_tokens": 0, "image_tokens": 3, "cached_tokens": 6,
                    "cached_tokens_details": ["text_tokens": 6, "audio_tokens": 0, "image_tokens": 0],
                ],
                "output_token_details": ["text_tokens": 4, "audio_tokens": 0],
            ]
        )
    }

    @Test func theNextTurnRemembers() throws {
        var scene = ChatScene()
        scene.user("Hi")
        let first = try scene.respond()
        scene.hear(.text("Hello", candidate: 0), .ended, by: first)
        #expect(scene.lastResponse?["usage"] == .some(.null))
        scene.user("Again")
        try scene.respond()
        #expect(
            scene.requests.last?.messages == [
                GenerationMessage(.user, [.text("Hi")]), GenerationMessage(.assistant, [.text("Hello")]),
                GenerationMessage(.user, [.text("Again")]),
            ]
        )
    }

    @Test func oneAtATime() throws {
        var scene = ChatScene()
        let work = try scene.respond()
        scene.send(["type": "response.create", "event_id": "e2"])
        #expect(scene.lastError?["code"] == "conversation_already_has_active_response")
        #expect(scene.lastError?["event_id"] == "e2")
        scene.hear(.ended, by: work)
        #expect(scene.lastResponse?["output"] == [])
        #expect(scene.ask() != nil)
    }

    @Test func outOfBandRunsBesideAndLeavesNoTrace() throws {
        var scene = ChatScene { $0.limits.outOfBandResponses = 2 }
        scene.user("Hi", id: "u")
        let main = try scene.respond()
        let aside = try scene.respond([
            "conversation": "none", "metadata": ["topic": "x"], "instructions": "Classify.",
            "input": [
                ["type": "item_reference", "id": "u"],
                [
                    "type": "message", "role": "user",
                    "content": [["type": "input_text", "text": "What is it?"]],
                ],
            ],
        ])
        #expect(scene.requests.last?.system == ["Classify."])
        #expect(
            scene.requests.last?.messages == [
                GenerationMessage(.user, [.text("Hi")]), GenerationMessage(.user, [.text("What is it?")]),
            ]
        )
        let empty = try scene.respond(["conversation": "none", "input": []])
        #expect(scene.ask(["conversation": "none"]) == nil)
        #expect(scene.lastError?["code"] == "too_many_responses")
        scene.hear(.text("m", candidate: 0), by: main)
        let told = scene.hear(.text("greeting", candidate: 0), .ended, by: aside)
        #expect(!told.types.contains { $0.hasPrefix("conversation.") })
        #expect(scene.lastResponse?["conversation_id"] == .some(.null))
        #expect(scene.lastResponse?["metadata"] == ["topic": "x"])
        scene.hear(.ended, by: empty)
        scene.hear(.ended, by: main)
        try scene.respond()
        #expect(scene.requests.last?.messages.count == 3)
        #expect(scene.requests.last?.messages[1] == GenerationMessage(.assistant, [.text("m")]))
    }

    @Test func cancelsAtOnce() throws {
        var scene = ChatScene()
        scene.send(["type": "response.cancel", "event_id": "e"])
        #expect(scene.lastError?["code"] == "response_cancel_not_active")
        #expect(scene.lastError?["event_id"] == "e")
        scene.user("Count")
        let work = try scene.respond()
        scene.hear(.text("One, two", candidate: 0), by: work)
        let told = scene.send(["type": "response.cancel"])
        #expect(scene.cancelled == [work])
        #expect(
            told.types == [
                "response.output_text.done", "response.content_part.done", "conversation.item.done",
                "response.output_item.done", "response.done",
            ]
        )
        let response = try #require(scene.lastResponse)
        #expect(response["status"] == "cancelled")
        #expect(response["status_details"] == ["type": "cancelled", "reason": "client_cancelled"])
        #expect(response["output"]?.elements.first?["status"] == "incomplete")
        #expect(scene.hear(.text(", three", candidate: 0), .ended, by: work).isEmpty)
        #expect(scene.fail(ProviderError(message: "late"), by: work).isEmpty)
        scene.user("Go on")
        try scene.respond()
        #expect(scene.requests.last?.messages[1] == GenerationMessage(.assistant, [.text("One, two")]))
    }

    @Test func cancelsByName() throws {
        var scene = ChatScene()
        let work = try scene.respond(["conversation": "none"])
        let id = try #require(scene.said.last?["response"]?["id"])
        scene.send(["type": "response.cancel", "response_id": "resp_other"])
        #expect(scene.lastError?["code"] == "response_cancel_not_active")
        scene.send(["type": "response.cancel", "response_id": id])
        #expect(scene.cancelled == [work])
    }

    @Test(arguments: [
        (FinishReason.length, "max_output_tokens"), (FinishReason.contentFilter, "content_filter"),
    ])
    func incomplete(_ reason: FinishReason, _ told: String) throws {
        var scene = ChatScene()
        let work = try scene.respond()
        scene.hear(.text("Hel", candidate: 0), .finished(reason, candidate: 0), .ended, by: work)
        #expect(scene.lastResponse?["status"] == "incomplete")
        #expect(scene.lastResponse?["status_details"] == ["type": "incomplete", "reason": .string(told)])
        #expect(scene.lastResponse?["output"]?.elements.first?["status"] == "incomplete")
    }

    @Test func failsWithWhatTheProviderSays() throws {
        var scene = ChatScene()
        let work = try scene.respond()
        scene.fail(
            ProviderError(type: "rate_limit_error", code: "rate_limit_exceeded", message: "Slow down."),
            by: work
        )
        #expect(scene.lastResponse?["status"] == "failed")
        #expect(
            scene.lastResponse?["status_details"] == [
                "type": "failed",
                "error": ["type": "rate_limit_error", "code": "rate_limit_exceeded", "message": "Slow down."],
            ]
        )
        let next = try scene.respond()
        scene.hear(.text("x", candidate: 0), .failed(ProviderError(message: "Broke.")), by: next)
        #expect(scene.lastResponse?["status"] == "failed")
        #expect(scene.lastResponse?["output"]?.elements.count == 1)
        #expect(scene.cancelled.isEmpty)
    }
}
