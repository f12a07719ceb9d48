// One call of the API: where it is, who may make it, what it takes and answers, and what does it. The router, the checks
// of what comes in and the OpenAPI document are all made from this.

import HTTPFraming
import SessionCore

/// Who may make a call.
enum Audience: Sendable {
    /// No credential is looked at.
    case anyone
    /// Admins, members and the holders of keys.
    case everybody
    /// Admins and members; what they see is their account's, or everything.
    case members
    case admins
}

/// An item of the query.
struct QueryItem: Sendable {
    let name: String
    let schema: Schema

    init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }
}

/// What a call answers when it succeeds.
struct AnswerShape: Sendable {
    var status = 200
    var summary: String
    /// Of `data` in the envelope; nil when the answer has another type.
    var schema: Schema?
    /// Whether `metadata` tells where the next page begins.
    var isPaged = false
    var mediaType = "application/json"
    var setsCookie = false

    init(
        _ summary: String,
        _ schema: Schema?,
        status: Int = 200,
        isPaged: Bool = false,
        mediaType: String = "application/json",
        setsCookie: Bool = false
    ) {
        self.summary = summary
        self.schema = schema
        self.status = status
        self.isPaged = isPaged
        self.mediaType = mediaType
        self.setsCookie = setsCookie
    }
}

/// One call of the API.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (APICall) async throws(RelayError) -> APIAnswer

    let method: HTTPMethod
    let path: PathTemplate
    /// `operationId`, such as `listKeys`.
    let name: String
    let group: String
    let summary: String
    let audience: Audience
    let query: [QueryItem]
    /// Of the body; nil when the call takes none.
    let body: Schema?
    let answer: AnswerShape
    /// Statuses of refusals beyond those that every call has.
    let refusals: [Int]
    let handle: Handler

    init(
        _ method: HTTPMethod,
        _ path: PathTemplate,
        _ name: String,
        _ group: String,
        _ summary: String,
        for audience: Audience,
        query: [QueryItem] = [],
        body: Schema? = nil,
        answer: AnswerShape,
        refusals: [Int] = [],
        handle: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.group = group
        self.summary = summary
        self.audience = audience
        self.query = query
        self.body = body
        self.answer = answer
        self.refusals = refusals
        self.handle = handle
    }

    /// Whether something is different afterwards, so that a cookie alone does not show the user's will.
    var changesState: Bool { self.method != .get }
}
