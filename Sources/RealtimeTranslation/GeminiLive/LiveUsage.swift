// `usageMetadata` of a Gemini Live upstream (protocol: realtime §14.3, §15.2) as the usage of a realtime turn (§7): tokens of
// tool results count as input, thoughts as output, moving pictures as images. What the details leave untold is text.

import Dialects

/// Reads and writes what a turn used.
enum LiveUsage {
    /// Sums stay below this, however many addends an upstream sends.
    private static let maximumCount = 1_000_000_000_000_000

    private struct Modalities {
        var text = 0
        var audio = 0
        var image = 0

        /// Puts what `total` has beyond the details down as text.
        mutating func complete(to total: Int) {
            text = max(text, total - audio - image)
        }

        mutating func add(_ count: Int, _ modality: String?) {
            switch modality {
            case "AUDIO"?: audio = min(audio + count, LiveUsage.maximumCount)
            case "IMAGE"?, "VIDEO"?: image = min(image + count, LiveUsage.maximumCount)
            case .some, nil: text = min(text + count, LiveUsage.maximumCount)
            }
        }
    }

    static func read(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> RealtimeUsage {
        var (prompt, toolPrompt, cached, response, thoughts) = (0, 0, 0, 0, 0)
        var (input, tools, saved, output) = (Modalities(), Modalities(), Modalities(), Modalities())
        Members.visit(bytes, range) { member in
            if member.isNamed("promptTokenCount", "prompt_token_count", in: bytes) {
                prompt = count(bytes, member)
            } else if member.isNamed("toolUsePromptTokenCount", "tool_use_prompt_token_count", in: bytes) {
                toolPrompt = count(bytes, member)
            } else if member.isNamed("cachedContentTokenCount", "cached_content_token_count", in: bytes) {
                cached = count(bytes, member)
            } else if member.isNamed("responseTokenCount", "response_token_count", in: bytes) {
                response = count(bytes, member)
            } else if member.isNamed("thoughtsTokenCount", "thoughts_token_count", in: bytes) {
                thoughts = count(bytes, member)
            } else if member.isNamed("promptTokensDetails", "prompt_tokens_details", in: bytes) {
                input = details(bytes, member)
            } else if member.isNamed("toolUsePromptTokensDetails", "tool_use_prompt_tokens_details", in: bytes) {
                tools = details(bytes, member)
            } else if member.isNamed("cacheTokensDetails", "cache_tokens_details", in: bytes) {
                saved = details(bytes, member)
            } else if member.isNamed("responseTokensDetails", "response_tokens_details", in: bytes) {
                output = details(bytes, member)
            }
        }
        input.complete(to: prompt)
        tools.complete(to: toolPrompt)
        saved.complete(to: cached)
        output.complete(to: response)
        var usage = RealtimeUsage()
        usage.inputText = input.text + tools.text
        usage.inputAudio = input.audio + tools.audio
        usage.inputImage = input.image + tools.image
        // Cached tokens are a part of the input of their class.
        usage.cachedText = min(saved.text, usage.inputText)
        usage.cachedAudio = min(saved.audio, usage.inputAudio)
        usage.cachedImage = min(saved.image, usage.inputImage)
        usage.outputText = output.text + thoughts
        usage.outputAudio = output.audio
        return usage
    }

    private static func details(_ bytes: borrowing Span<UInt8>, _ array: JSONMember) -> Modalities {
        var sums = Modalities()
        Members.visitElements(bytes, array.value) { element in
            var modality: String?
            var tokens = 0
            Members.visit(bytes, element.value) { member in
                if member.isNamed("modality", in: bytes) {
                    modality = member.string(in: bytes)
                } else if member.isNamed("tokenCount", "token_count", in: bytes) {
                    tokens = count(bytes, member)
                }
            }
            sums.add(tokens, modality)
        }
        return sums
    }

    /// A plain count, also one in a string, as Google writes 64-bit numbers.
    private static func count(_ bytes: borrowing Span<UInt8>, _ member: JSONMember) -> Int {
        guard member.kind == .string, member.value.count >= 2 else { return member.count(in: bytes) ?? 0 }
        let inner = (member.value.lowerBound + 1)..<(member.value.upperBound - 1)
        return JSONMember(key: member.key, keyHasEscapes: false, value: inner, kind: .number).count(in: bytes) ?? 0
    }

    /// The `usage` of a response (realtime §7).
    static func object(_ usage: RealtimeUsage) -> JSONValue {
        let cached = usage.cachedText + usage.cachedAudio + usage.cachedImage
        return [
            "total_tokens": .integer(usage.inputTokens + usage.outputTokens),
            "input_tokens": .integer(usage.inputTokens),
            "output_tokens": .integer(usage.outputTokens),
            "input_token_details": [
                "text_tokens": .integer(usage.inputText), "audio_tokens": .integer(usage.inputAudio),
                "image_tokens": .integer(usage.inputImage), "cached_tokens": .integer(cached),
                "cached_tokens_details": [
                    "text_tokens": .integer(usage.cachedText), "audio_tokens": .integer(usage.cachedAudio),
                    "image_tokens": .integer(usage.cachedImage),
                ],
            ],
            "output_token_details": [
                "text_tokens": .integer(usage.outputText), "audio_tokens": .integer(usage.outputAudio),
            ],
        ]
    }
}
