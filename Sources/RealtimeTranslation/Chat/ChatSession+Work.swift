// What the work of others is for, as the client knows it.

extension ChatSession {
    /// The id of the response that a piece of work is for; nil when there is none, or it is over.
    package func responseID(of work: ChatWork) -> String? {
        responses.first { $0.work == work }?.id
    }
}
