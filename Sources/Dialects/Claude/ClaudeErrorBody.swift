// An error as Claude tells it (protocol: http §2.5, §6): the body of an answer, or of an event of a stream.
//
// The dialect has a type per status and a few statuses of its own: 402 for an empty purse, 529 for overload. `param` is no
// member that Claude knows, but one that tells a program what to mend; it is there only when there is something to say.

/// Writes and reads errors in the Claude dialect.
package enum ClaudeErrorBody {
    /// `{"type":"error","error":{"type","message"},"request_id"}`; the status may be ours or already Claude's.
    package static func body(_ error: ProviderError, status: Int, requestID: String) -> [UInt8] {
        var output: [UInt8] = []
        append(error, status: status, requestID: requestID, to: &output)
        return output
    }

    static func append(_ error: ProviderError, status: Int, requestID: String?, to output: inout [UInt8]) {
        let type = self.type(
            for: self.status(status, type: error.code == "insufficient_quota" ? "insufficient_quota" : error.type ?? "")
        )
        output.append(contentsOf: #"{"type":"error","error":{"type":"#.utf8)
        JSONString.append(type, to: &output)
        output.append(contentsOf: #","message":"#.utf8)
        JSONString.append(error.message, to: &output)
        if let param = error.param {
            output.append(contentsOf: #","param":"#.utf8)
            JSONString.append(param, to: &output)
        }
        output.append(JSONGrammar.closeBrace)
        if let requestID {
            output.append(contentsOf: #","request_id":"#.utf8)
            JSONString.append(requestID, to: &output)
        }
        output.append(JSONGrammar.closeBrace)
    }

    /// The status that this dialect uses for an error with this status and this of OpenAI's types.
    package static func status(_ status: Int, type: String) -> Int {
        switch (status, type) {
        case (429, "insufficient_quota"): 402
        case (408, _): 504
        case (503, _): 529
        default: status
        }
    }

    /// The type that goes with a status of this dialect.
    private static func type(for status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 409: "conflict_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        case 400..<500: "invalid_request_error"
        default: "api_error"
        }
    }
}
