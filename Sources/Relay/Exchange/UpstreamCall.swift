// A client's request as one upstream is asked it: where, with what, and what is to be done with its answer.

import Dialects

/// A request in an upstream's words.
struct UpstreamCall {
    /// What becomes of the answer.
    enum Treatment: Equatable {
        /// It goes on as it comes.
        case passed
        /// It is read in the upstream's dialect and written in the client's.
        case translated
    }

    /// Behind the base URL's path.
    var path: String
    /// Items of the query; nil passes the client's own on.
    var query: [(name: String, value: String)]?
    /// Fields that belong to the dialect.
    var fields: [(name: String, value: String)] = []
    var contentType = "application/json"
    var accept: String
    var body: [UInt8]
    var dialect: ChatDialect
    var treatment: Treatment
    /// Names of the client's members that were left out because they only tune the answer.
    var dropped: [String] = []
}
