// `conversation.item.create` (protocol: realtime §15.1): messages become `clientContent` that ends no turn, outputs of functions
// become `toolResponse`, which the upstream answers by itself.
//
// A message sent while the model speaks would interrupt it, which OpenAI's do not: it waits until the response is over.

import Dialects

extension GeminiLiveSession {
    mutating func create(_ event: JSONValue) throws(SessionRefusal) {
        guard let item = event["item"], item.isObject else { throw .missing("item") }
        if let previous = event["previous_item_id"]?.string, previous != history.lastID,
            !(previous == "root" && history.lastID == nil)
        {
            throw Self.unsupported(
                "conversation.item.create",
                "The model's provider takes items at the end of the conversation only; leave out 'previous_item_id'."
            )
        }
        if let id = item["id"], !id.isNull {
            guard let text = id.string, !text.isEmpty, text.utf8.count <= 128 else {
                throw .value("item.id", "it must be a string of at most 128 bytes.")
            }
            guard history.item(text) == nil else { throw .value("item.id", "there is such an item already.") }
        }
        switch item["type"]?.string {
        case "message"?: try createMessage(item)
        case "function_call_output"?: try createOutput(item)
        case "function_call"?:
            throw .unsupported("item.type", "the model's provider knows only function calls that the model made.")
        case .some: throw .value("item.type", "it must be message or function_call_output.")
        case nil: throw .missing("item.type")
        }
    }

    private mutating func createMessage(_ item: JSONValue) throws(SessionRefusal) {
        let role: JSONValue
        switch item["role"]?.string {
        // A conversation upstream has two sides; what a system says comes from the one that is not the model.
        case "user"?, "system"?, "developer"?: role = "user"
        case "assistant"?: role = "model"
        case .some: throw .value("item.role", "it must be user, assistant or system.")
        case nil: throw .missing("item.role")
        }
        guard let content = item["content"], content.isArray else { throw .missing("item.content") }
        var parts: [JSONValue] = []
        for (index, part) in content.elements.enumerated() {
            parts.append(try self.part(part, "item.content[\(index)]"))
        }
        guard !parts.isEmpty else { throw .value("item.content", "it must not be empty.") }
        let turn: JSONValue = ["role": role, "parts": .array(parts)]
        let message: JSONValue = ["clientContent": ["turns": [turn], "turnComplete": false]]
        hold(message.rendered)
        hasNewItems = true
        isClaimable = false
        keep(item)
    }

    private func part(_ part: JSONValue, _ path: String) throws(SessionRefusal) -> JSONValue {
        switch part["type"]?.string {
        case "input_text"?, "output_text"?, "text"?:
            guard let text = part["text"]?.string else { throw .missing("\(path).text") }
            return ["text": .string(text)]
        case "output_audio"?, "audio"?:
            guard let text = part["transcript"]?.string else { throw .missing("\(path).transcript") }
            return ["text": .string(text)]
        case "input_audio"?:
            guard let audio = part["audio"]?.string else { throw .missing("\(path).audio") }
            guard case .pcm(let rate) = settings.inputFormat else {
                throw .unsupported("\(path).audio", "items with audio need the input format audio/pcm.")
            }
            return ["inlineData": ["mimeType": "audio/pcm;rate=\(rate)", "data": .string(audio)]]
        case "input_image"?:
            guard let url = part["image_url"]?.string else { throw .missing("\(path).image_url") }
            guard let image = LiveImage(url) else {
                throw .unsupported("\(path).image_url", "the model's provider fetches nothing: send a base64 data URI.")
            }
            return ["inlineData": ["mimeType": .string(image.type), "data": .string(image.data)]]
        case .some:
            throw .value(
                "\(path).type",
                "it must be input_text, input_audio, input_image, output_text or output_audio."
            )
        case nil:
            throw .missing("\(path).type")
        }
    }

    private mutating func createOutput(_ item: JSONValue) throws(SessionRefusal) {
        guard let call = item["call_id"]?.string else { throw .missing("item.call_id") }
        guard let output = item["output"]?.string else { throw .missing("item.output") }
        if calls.takeWithdrawn(call) {
            // The model no longer waits for it.
            keep(item)
            return
        }
        guard let pending = calls.take(call) else {
            throw .value("item.call_id", "no call of this name waits for its output.")
        }
        var answer: JSONValue = ["name": .string(pending.name), "response": Self.object(output)]
        if let id = pending.upstreamID { answer["id"] = .string(id) }
        keep(item)
        outputs.append(answer)
        outputBytes += output.utf8.count
        // The model answers what it hears first and takes the rest for an interruption: all outputs go at once.
        if calls.count == 0 || outputBytes > limits.replayedBytes { giveOutputs() }
    }

    /// Sends the outputs that wait for those of other calls.
    mutating func giveOutputs() {
        guard !outputs.isEmpty else { return }
        send(["toolResponse": ["functionResponses": .array(outputs)]])
        (outputs, outputBytes) = ([], 0)
        isClaimable = true
        awaitsAnswer = calls.count == 0
    }

    /// An object goes as it is; all else is wrapped.
    private static func object(_ output: String) -> JSONValue {
        if let object = try? JSONParser.parse(Array(output.utf8)), object.isObject { return object }
        return ["output": .string(output)]
    }

    /// Tells the client of an item of its own, and remembers it without its audio.
    private mutating func keep(_ item: JSONValue) {
        var item = item
        let id = item["id"]?.string ?? identifiers.next("item_")
        item["id"] = .string(id)
        item["object"] = "realtime.item"
        item["status"] = "completed"
        if let content = item["content"]?.elements {
            item["content"] = .array(
                content.map { part in
                    var part = part
                    if part["audio"] != nil { part["audio"] = nil }
                    return part
                }
            )
        }
        place(item, id: id)
    }

    /// Sends what would interrupt the upstream, once it may.
    mutating func hold(_ message: [UInt8]) {
        guard let response, response.ending == nil, !isMuted else { return send(message) }
        guard queuedBytes + message.count <= limits.queuedBytes else {
            return end(
                type: "server_error",
                code: "too_much_waiting",
                "More waits for the response to end than may.",
                1011
            )
        }
        held.append(message)
        heldBytes += message.count
    }

    mutating func releaseHeld() {
        let messages = held
        held = []
        heldBytes = 0
        for message in messages { send(message) }
    }
}

/// An image that came along as a data URI (RFC 2397).
struct LiveImage {
    let type: String
    let data: String

    init?(_ url: String) {
        guard url.utf8.prefix(5).elementsEqual("data:".utf8),
            let comma = url.utf8.firstIndex(of: UInt8(ascii: ","))
        else { return nil }
        let head = url[url.utf8.index(url.startIndex, offsetBy: 5)..<comma].split(separator: ";")
        guard head.last == "base64", let type = head.first, type.contains("/") else { return nil }
        self.type = type.lowercased()
        data = String(url[url.utf8.index(after: comma)...])
        guard !data.isEmpty else { return nil }
    }
}
