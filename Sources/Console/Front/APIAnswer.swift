// What a handler answers, before it is put into the envelope.

import SessionCore

/// An answer of the API.
struct APIAnswer: Sendable {
    /// Pieces of a long answer, each asked for when the one before it is on its way.
    struct Pieces: Sendable {
        typealias Next = @Sendable (_ cursor: Int64?) async throws(RelayError) -> (bytes: [UInt8], next: Int64?)

        let first: [UInt8]
        let next: Next

        init(first: [UInt8], next: @escaping Next) {
            self.first = first
            self.next = next
        }
    }

    enum Content: Sendable {
        /// `data` of the envelope.
        case data(JSON)
        /// A page of a list and the cursor of the next one.
        case page([JSON], next: String?)
        case document([UInt8], mediaType: String)
        case pieces(Pieces, mediaType: String, fileName: String)
    }

    var status: Int
    var content: Content
    /// `set-cookie`.
    var cookie: String?

    init(_ content: Content, status: Int = 200, cookie: String? = nil) {
        self.content = content
        self.status = status
        self.cookie = cookie
    }

    static func data(_ data: JSON, status: Int = 200) -> APIAnswer { APIAnswer(.data(data), status: status) }
}
