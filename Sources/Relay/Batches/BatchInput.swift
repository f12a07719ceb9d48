// An input file read line by line: each line is one request, with a name of the client's (OpenAI's batch format).
//
//     {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{…}}
//
// A request's body is taken as it stands, not decoded and written anew. A file with a faulty line is refused as a whole.

import Dialects
import SessionCore

/// What is asked for in a file.
enum BatchInput {
    enum Limits {
        static let lines = 50_000
        static let customIDBytes = 512
        /// Faults that are told; more help nobody.
        static let faults = 100
    }

    /// Where lines may lead: endpoints that answer with JSON, whole.
    static let endpoints = [
        "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/moderations",
    ]

    enum Reading: Equatable {
        case lines([BatchLine])
        case faults([Batch.Fault])
    }

    static func read(_ file: [UInt8], of batch: Batch) -> Reading {
        var (lines, faults, names) = ([BatchLine](), [Batch.Fault](), Set<String>())
        var (start, number) = (0, 0)
        while start < file.count {
            let end = file[start...].firstIndex(of: 0x0A) ?? file.count
            defer { start = end + 1 }
            number += 1
            let range = self.trimmed(file, start..<end)
            // A blank line is how editors end files.
            if range.isEmpty { continue }
            guard lines.count < Limits.lines else {
                return .faults([
                    self.fault("too_many_tasks", "The file has more than \(Limits.lines) requests.", nil, nil)
                ])
            }
            do throws(Batch.Fault) {
                let line = try self.line(file, range, BatchLineID(batchID: batch.id, number: number), batch.endpoint)
                guard names.insert(line.customID).inserted else {
                    throw self.fault("duplicate_custom_id", "An earlier line has this custom_id.", "custom_id", number)
                }
                lines.append(line)
            } catch {
                faults.append(error)
                if faults.count >= Limits.faults { return .faults(faults) }
            }
        }
        guard faults.isEmpty else { return .faults(faults) }
        guard !lines.isEmpty else { return .faults([self.fault("empty_file", "The file has no requests.", nil, nil)]) }
        return .lines(lines)
    }

    private static func line(
        _ file: [UInt8],
        _ range: Range<Int>,
        _ id: BatchLineID,
        _ endpoint: String
    ) throws(Batch.Fault) -> BatchLine {
        let text = Array(file[range])
        let span = text.span
        guard let members = try? TopLevelScanner.members(of: span) else {
            throw self.fault("invalid_json_line", "The line is no JSON object.", nil, id.number)
        }
        var (customID, method, url, body) = (String?.none, String?.none, String?.none, Range<Int>?.none)
        for member in members {
            if member.isNamed("custom_id", in: span) { customID = member.string(in: span) }
            if member.isNamed("method", in: span) { method = member.string(in: span) }
            if member.isNamed("url", in: span) { url = member.string(in: span) }
            if member.isNamed("body", in: span), member.kind == .object { body = member.value }
        }
        guard let customID, (1...Limits.customIDBytes).contains(customID.utf8.count) else {
            throw self.missing("custom_id", "a text of 1 to \(Limits.customIDBytes) bytes", id)
        }
        guard method == "POST" else {
            throw self.fault("invalid_method", "'method' must be POST.", "method", id.number)
        }
        guard url == endpoint else {
            throw self.fault("invalid_url", "'url' must be the batch's endpoint, \(endpoint).", "url", id.number)
        }
        guard let body else { throw self.missing("body", "a JSON object", id) }
        let request = Array(text[body])
        try self.check(request, id)
        return BatchLine(id: id, customID: customID, body: request)
    }

    private static func check(_ request: [UInt8], _ id: BatchLineID) throws(Batch.Fault) {
        var isStream = false
        let span = request.span
        for member in (try? TopLevelScanner.members(of: span)) ?? [] where member.isNamed("stream", in: span) {
            isStream = member.bool(in: span) ?? false
        }
        guard self.model(in: request) != nil else { throw self.missing("body.model", "a model's id", id) }
        guard !isStream else {
            throw self.fault("invalid_value", "A batch has no streams: leave 'stream' out.", "body.stream", id.number)
        }
    }

    /// The model that a request names.
    static func model(in request: [UInt8]) -> String? {
        let span = request.span
        let members = (try? TopLevelScanner.members(of: span)) ?? []
        return members.first { $0.isNamed("model", in: span) }?.string(in: span)
    }

    private static func missing(_ name: String, _ what: String, _ id: BatchLineID) -> Batch.Fault {
        self.fault("missing_required_parameter", "'\(name)' must be \(what).", name, id.number)
    }

    private static func fault(_ code: String, _ message: String, _ param: String?, _ line: Int?) -> Batch.Fault {
        Batch.Fault(code: code, message: message, param: param, line: line)
    }

    /// Without blanks and the CR of a CR LF at its ends, and a byte order mark before the first line.
    private static func trimmed(_ file: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        if low == 0, file.starts(with: [0xEF, 0xBB, 0xBF]) { low = 3 }
        while low < high, file[low] == 0x20 || file[low] == 0x09 { low += 1 }
        while high > low, [0x20, 0x09, 0x0D].contains(file[high - 1]) { high -= 1 }
        return low..<max(low, high)
    }
}
