// /api/openapi.json: the API in words that programs read. Anyone may have it.

import HTTPFraming
import SessionCore

/// The call for the document.
enum DocumentResource {
    static let endpoints: [Endpoint] = [
        Endpoint(
            .get,
            "/api/openapi.json",
            "getDocument",
            "document",
            "This document.",
            for: .anyone,
            answer: AnswerShape("OpenAPI 3.1.", nil, mediaType: "application/json"),
            handle: { _ throws(RelayError) in
                APIAnswer(.document(OpenAPIDocument.bytes, mediaType: "application/json"))
            }
        )
    ]
}
