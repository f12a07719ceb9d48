// The end of a stream of one of OpenAI's other endpoints that broke. They tell their events by name and type, errors
// included.

/// Writes the error that ends a broken stream of events with types, and nothing else.
package struct PassedErrorWriter: GenerationStreamWriter {
    package init() {}

    package mutating func write(_ event: GenerationEvent, into output: inout [UInt8]) {}

    package mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String,
        into output: inout [UInt8]
    ) {
        // SDKs look for `error`, others for the type.
        output.append(contentsOf: #"event: error"#.utf8)
        output.append(0x0A)
        output.append(contentsOf: #"data: {"type":"error","#.utf8)
        output.append(contentsOf: OpenAIErrorBody.body(error, status: status, requestID: requestID).dropFirst())
        output.append(contentsOf: [0x0A, 0x0A])
    }
}
