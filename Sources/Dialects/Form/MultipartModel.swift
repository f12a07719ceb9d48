// The form of a transcription or a translation of sound: its `model` is found, and replaced for the upstream; every other byte,
// the file's above all, stays as it came (RFC 7578).

/// A form that is passed on.
package struct MultipartModel: Sendable {
    private let body: [UInt8]
    private let modelRange: Range<Int>

    /// The model that the client asks for.
    package let model: String
    /// Whether the answer shall be a stream of events.
    package let stream: Bool

    /// `contentType` is the header field's value, with the boundary.
    package init(
        _ body: [UInt8],
        contentType: String,
        limits: FormLimits = FormLimits()
    ) throws(FormViolation) {
        guard let boundary = FormScanner.boundary(contentType) else { throw .noBoundary }
        let parts = try FormScanner.parts(body.span, boundary: boundary, limits: limits)
        guard let model = try Self.field("model", of: parts, body, limits), !model.text.isEmpty else {
            throw .missingParameter("model")
        }
        self.stream = try Self.field("stream", of: parts, body, limits)?.text.lowercased() == "true"
        self.body = body
        self.model = model.text
        self.modelRange = model.range
    }

    /// The body for an upstream that knows the model under this name.
    ///
    /// Nil when the name cannot stand in a form: it would need a line of its own.
    package func upstreamBody(model upstreamModel: String) -> [UInt8]? {
        if upstreamModel == model { return body }
        guard !upstreamModel.utf8.contains(where: { $0 < 0x20 }) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(body.count + upstreamModel.utf8.count)
        output.append(contentsOf: body[..<modelRange.lowerBound])
        output.append(contentsOf: upstreamModel.utf8)
        output.append(contentsOf: body[modelRange.upperBound...])
        return output
    }

    /// The text of a field that may be there once.
    private static func field(
        _ name: String,
        of parts: [FormPart],
        _ body: [UInt8],
        _ limits: FormLimits
    ) throws(FormViolation) -> (text: String, range: Range<Int>)? {
        let parts = parts.filter { $0.name == name }
        guard let part = parts.first else { return nil }
        guard parts.count == 1 else { throw .duplicateParameter(name) }
        guard !part.isFile, part.isPlain, part.content.count <= limits.valueBytes,
            let text = String(validating: body[part.content], as: UTF8.self)
        else { throw .wrongType(param: name) }
        return (text, part.content)
    }
}
