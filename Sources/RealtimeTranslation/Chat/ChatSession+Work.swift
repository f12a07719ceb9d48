// What the work of others is for, as the client knows it.

extension ChatSession {
    /// The id of the response, or of the item that is transcribed, that a piece of work is for; nil when that is over.
    package func subject(of work: ChatWork) -> String? {
        responses.first { $0.work == work }?.id ?? transcriptions.first { $0.work == work }?.itemID
    }
}
