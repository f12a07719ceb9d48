// Responses in both shapes (realtime §6, §7, §11): the overrides of `response.create`, and what a server tells of a response.

internal import Dialects

/// Translates responses.
enum ResponseShape {
    /// The GA response for a beta one; nil for what is no response.
    static func nested(_ text: ArraySlice<UInt8>, keepsTemperature: Bool) -> ArraySlice<UInt8>? {
        guard let response = JSONObjectText(text), var audio = AudioSettings(response["audio"]) else { return nil }
        var result = JSONObjectText()
        for member in response.members where member.name != "audio" {
            if let place = AudioSettings.ofResponse.first(where: { $0.flat == member.name }) {
                audio.nest(member.value, at: place)
                continue
            }
            switch member.name {
            case "modalities": result["output_modalities"] = Modalities.ga(member.value)
            case "max_response_output_tokens": result["max_output_tokens"] = member.value
            case "temperature":
                if keepsTemperature { result["temperature"] = member.value }
            case "input", "output":
                result[member.name] = ItemShape.renamedAll(member.value, to: .ga) ?? member.value
            default: result[member.name] = member.value
            }
        }
        result["audio"] = audio.text
        return result.text[...]
    }

    /// The beta response for a GA one; nil for what is no response.
    static func flattened(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let response = JSONObjectText(text), var audio = AudioSettings(response["audio"]) else { return nil }
        var result = JSONObjectText()
        for member in response.members where member.name != "audio" {
            switch member.name {
            case "output_modalities": result["modalities"] = Modalities.beta(member.value)
            case "usage": result["usage"] = self.betaUsage(member.value) ?? member.value
            case "input", "output":
                result[member.name] = ItemShape.renamedAll(member.value, to: .beta) ?? member.value
            default: result[member.name] = member.value
            }
        }
        for place in AudioSettings.ofResponse {
            if let value = audio.flatten(place) { result[place.flat] = value }
        }
        result["audio"] = audio.text
        return result.text[...]
    }

    /// Beta usage knows no images; nil for what is no usage.
    private static func betaUsage(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard var usage = JSONObjectText(text) else { return nil }
        usage.change("input_token_details") { text in
            guard var details = JSONObjectText(text) else { return nil }
            details["image_tokens"] = nil
            details.change("cached_tokens_details") { text in
                guard var cached = JSONObjectText(text) else { return nil }
                cached["image_tokens"] = nil
                return cached.text[...]
            }
            return details.text[...]
        }
        return usage.text[...]
    }
}
