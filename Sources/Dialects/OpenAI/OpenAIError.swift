// An error as OpenAI tells it (protocol §1.5 for HTTP, §9 for realtime): an HTTP body, an event of a chat stream, or an
// event of a realtime session. `param` and `code` are always present, null when there is nothing to say.

/// An error in the shape of the OpenAI dialect.
package struct OpenAIError: Equatable, Sendable {
    package var message: String
    package var type: String
    /// The request's parameter that is at fault.
    package var param: String?
    package var code: String?

    package init(message: String, type: String, param: String? = nil, code: String? = nil) {
        self.message = message
        self.type = type
        self.param = param
        self.code = code
    }

    /// The body of an HTTP answer: `{"error":{…}}`.
    package var body: [UInt8] {
        var output: [UInt8] = []
        output.append(contentsOf: #"{"error":{"message":"#.utf8)
        JSONString.append(message, to: &output)
        output.append(contentsOf: #","type":"#.utf8)
        JSONString.append(type, to: &output)
        output.append(contentsOf: #","param":"#.utf8)
        JSONString.append(orNull: param, to: &output)
        output.append(contentsOf: #","code":"#.utf8)
        JSONString.append(orNull: code, to: &output)
        output.append(contentsOf: "}}".utf8)
        return output
    }

    /// The last event of a chat stream that cannot go on: `data: {"error":{…}}` and a blank line, no `[DONE]` after it.
    package var streamEvent: [UInt8] {
        Array("data: ".utf8) + body + Array("\n\n".utf8)
    }

    /// The realtime `error` event; `causedBy` is the `event_id` of the client event that it answers.
    package func realtimeEvent(eventID: String, causedBy: String? = nil) -> [UInt8] {
        var output: [UInt8] = []
        output.append(contentsOf: #"{"type":"error","event_id":"#.utf8)
        JSONString.append(eventID, to: &output)
        output.append(contentsOf: #","error":{"type":"#.utf8)
        JSONString.append(type, to: &output)
        output.append(contentsOf: #","code":"#.utf8)
        JSONString.append(orNull: code, to: &output)
        output.append(contentsOf: #","message":"#.utf8)
        JSONString.append(message, to: &output)
        output.append(contentsOf: #","param":"#.utf8)
        JSONString.append(orNull: param, to: &output)
        output.append(contentsOf: #","event_id":"#.utf8)
        JSONString.append(orNull: causedBy, to: &output)
        output.append(contentsOf: "}}".utf8)
        return output
    }
}
