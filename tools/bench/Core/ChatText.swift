// Requests and answers of the HTTP measurements, as text. Answers are the same for every exchange, so that what arrives can
// be compared with what was sent; the request carries the number of its client, since relays reuse connections to upstreams
// as they like.

/// What both ends of an exchange say.
package struct ChatText: Sendable {
    /// Stands once in each piece of text, whatever dialect it passes through on its way.
    package static let mark: StaticString = "<piece>"
    /// Before the number of the client, in the request.
    package static let clientMark: StaticString = "client-"

    private let workload: ChatWorkload
    private let text: String

    package init(_ workload: ChatWorkload) {
        self.workload = workload
        let filling = String(repeating: "abcdefghijklmnopqrstuvwxyz ", count: workload.textBytes / 27 + 1)
        self.text = Self.mark.description + filling.prefix(workload.textBytes - Self.mark.utf8CodeUnitCount)
    }

    // MARK: Request

    /// A whole request; `headers` are lines such as `Authorization: Bearer x`.
    package func request(host: String, headers: [String], client: UInt32) -> [UInt8] {
        let number = Self.clientMark.description + String(client, radix: 16).leftPadded(to: HexDigits.count)
        let stream = self.workload.mode == .events ? #","stream":true,"stream_options":{"include_usage":true}"# : ""
        let body =
            #"{"model":"bench","messages":[{"role":"system","content":"You are brief."},{"role":"user","content":"Say "#
            + #"something, \#(number)."}],"max_tokens":512,"temperature":0.5\#(stream)}"#
        let lines =
            [
                "POST /v1/chat/completions HTTP/1.1", "Host: \(host)", "Content-Type: application/json",
                "Accept: application/json", "Content-Length: \(body.utf8.count)",
            ] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    /// The number of the client whose request this is; nil as long as it has not come.
    package static func client(in request: [UInt8]) -> UInt32? {
        let mark = Array(self.clientMark.description.utf8)
        guard request.count >= mark.count + HexDigits.count else { return nil }
        for start in 0...(request.count - mark.count - HexDigits.count) where request[start...].starts(with: mark) {
            if let value = HexDigits.value(request[(start + mark.count)...].prefix(HexDigits.count)) { return value }
        }
        return nil
    }

    // MARK: Answer

    /// The body of a whole answer, as the upstream sends it.
    package var wholeBody: [UInt8] {
        let body =
            switch self.workload.dialect {
            case .openai:
                #"{"id":"chatcmpl-bench","object":"chat.completion","created":1790000000,"model":"bench","choices":[{"#
                    + #""index":0,"message":{"role":"assistant","content":"\#(self.text)"},"finish_reason":"stop"}],"#
                    + #""usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}}"#
            case .claude:
                #"{"id":"msg_bench","type":"message","role":"assistant","model":"bench","content":[{"type":"text","#
                    + #""text":"\#(self.text)"}],"stop_reason":"end_turn","stop_sequence":null,"#
                    + #""usage":{"input_tokens":20,"output_tokens":10}}"#
            }
        return Array(body.utf8)
    }

    /// The events before the first piece of text.
    package var opening: [UInt8] {
        switch self.workload.dialect {
        case .openai:
            return Self.chunk(#"{"role":"assistant","content":""}"#)
        case .claude:
            return Self.event(
                "message_start",
                #""message":{"id":"msg_bench","type":"message","role":"assistant","model":"bench","content":[],"#
                    + #""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":1}}"#
            )
                + Self.event("content_block_start", #""index":0,"content_block":{"type":"text","text":""}"#)
        }
    }

    /// The event of one piece of text.
    package var piece: [UInt8] {
        switch self.workload.dialect {
        case .openai:
            Self.chunk(#"{"content":"\#(self.text)"}"#)
        case .claude:
            Self.event("content_block_delta", #""index":0,"delta":{"type":"text_delta","text":"\#(self.text)"}"#)
        }
    }

    /// The events behind the last piece of text.
    package var closing: [UInt8] {
        switch self.workload.dialect {
        case .openai:
            return Self.chunk("{}", finish: #""stop""#)
                + Array(
                    (#"data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1790000000,"#
                        + #""model":"bench","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":10,"#
                        + #""total_tokens":30}}"# + "\n\ndata: [DONE]\n\n").utf8
                )
        case .claude:
            return Self.event("content_block_stop", #""index":0"#)
                + Self.event(
                    "message_delta",
                    #""delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":10}"#
                )
                + Self.event("message_stop", nil)
        }
    }

    /// All bytes that a client must get; nil when the answer is translated on its way.
    package var expectedBody: [UInt8]? {
        guard self.workload.dialect == .openai else { return nil }
        guard self.workload.mode == .events else { return self.wholeBody }
        return self.opening + [[UInt8]](repeating: self.piece, count: self.workload.chunks).joined() + self.closing
    }

    private static func chunk(_ delta: String, finish: String = "null") -> [UInt8] {
        Array(
            (#"data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1790000000,"model":"bench","#
                + #""choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}],"usage":null}"# + "\n\n").utf8
        )
    }

    private static func event(_ name: String, _ members: String?) -> [UInt8] {
        let more = members.map { "," + $0 } ?? ""
        return Array("event: \(name)\ndata: {\"type\":\"\(name)\"\(more)}\n\n".utf8)
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - self.utf8.count)) + self
    }
}
