// The events of a Claude stream as bytes (protocol: http §2.4): each has its name and its data, each ends in a blank line.

/// Appends single events.
enum ClaudeFrame {
    /// The kinds of `content_block_delta`.
    enum Delta: Equatable {
        case text
        case thought
        case signature
        case arguments
    }

    static func messageStart(id: String, model: String, usage: ChatUsage, to output: inout [UInt8]) {
        output.append(
            contentsOf: "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":".utf8
        )
        JSONString.append(id, to: &output)
        output.append(contentsOf: #","type":"message","role":"assistant","model":"#.utf8)
        JSONString.append(model, to: &output)
        output.append(contentsOf: #","content":[],"stop_reason":null,"stop_sequence":null,"usage":"#.utf8)
        ClaudeUsage.append(usage, to: &output)
        output.append(contentsOf: "}}\n\n".utf8)
    }

    static func textStart(block: Int, to output: inout [UInt8]) {
        blockStart(block, to: &output)
        output.append(contentsOf: "{\"type\":\"text\",\"text\":\"\"}}\n\n".utf8)
    }

    static func thoughtStart(block: Int, to output: inout [UInt8]) {
        blockStart(block, to: &output)
        output.append(contentsOf: "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n".utf8)
    }

    static func callStart(id: String, name: String, block: Int, to output: inout [UInt8]) {
        blockStart(block, to: &output)
        output.append(contentsOf: #"{"type":"tool_use","id":"#.utf8)
        JSONString.append(id, to: &output)
        output.append(contentsOf: #","name":"#.utf8)
        JSONString.append(name, to: &output)
        output.append(contentsOf: ",\"input\":{}}}\n\n".utf8)
    }

    static func delta(_ kind: Delta, _ text: String, block: Int, to output: inout [UInt8]) {
        output.append(
            contentsOf: "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":".utf8
        )
        append(block, to: &output)
        switch kind {
        case .text: output.append(contentsOf: #","delta":{"type":"text_delta","text":"#.utf8)
        case .thought: output.append(contentsOf: #","delta":{"type":"thinking_delta","thinking":"#.utf8)
        case .signature: output.append(contentsOf: #","delta":{"type":"signature_delta","signature":"#.utf8)
        case .arguments: output.append(contentsOf: #","delta":{"type":"input_json_delta","partial_json":"#.utf8)
        }
        JSONString.append(text, to: &output)
        output.append(contentsOf: "}}\n\n".utf8)
    }

    static func blockStop(block: Int, to output: inout [UInt8]) {
        output.append(
            contentsOf: "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":".utf8
        )
        append(block, to: &output)
        output.append(contentsOf: "}\n\n".utf8)
    }

    /// `message_delta` with the whole usage, and `message_stop`.
    static func messageEnd(reason: String, sequence: String?, usage: ChatUsage, to output: inout [UInt8]) {
        output.append(
            contentsOf: "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":".utf8
        )
        JSONString.append(reason, to: &output)
        output.append(contentsOf: #","stop_sequence":"#.utf8)
        JSONString.append(orNull: sequence, to: &output)
        output.append(contentsOf: #"},"usage":"#.utf8)
        ClaudeUsage.append(usage, to: &output)
        output.append(contentsOf: "}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".utf8)
    }

    private static func blockStart(_ block: Int, to output: inout [UInt8]) {
        output.append(
            contentsOf: "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":".utf8
        )
        append(block, to: &output)
        output.append(contentsOf: #","content_block":"#.utf8)
    }

    /// Most answers have few blocks.
    private static func append(_ number: Int, to output: inout [UInt8]) {
        if (0..<10).contains(number) {
            output.append(UInt8(ascii: "0") + UInt8(number))
        } else {
            output.append(contentsOf: String(number).utf8)
        }
    }
}
